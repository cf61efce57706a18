import ControlAPI
import NIOHTTP1
import Quantities

extension Route {
    static let slides: [Route] = [
        Route(.GET, "/v1/slides") { instrument, _, _ throws(Problem) in
            try .json(await instrument.slides())
        },
        Route(.POST, "/v1/slides") { instrument, _, call throws(Problem) in
            let slide = try await instrument.createSlide(call.decoded(SlideCreation.self), by: call.peer)
            return try .json(slide, status: .created)
        },
        Route(.GET, "/v1/slides/{slide}") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.slide(parameters["slide"]))
        },
        Route(.PATCH, "/v1/slides/{slide}") { instrument, parameters, call throws(Problem) in
            let change = try call.decoded(SlideChange.self)
            return try .json(await instrument.changeSlide(parameters["slide"], change, by: call.peer))
        },
        Route(.DELETE, "/v1/slides/{slide}") { instrument, parameters, call throws(Problem) in
            let confirmation = try parameters.text("name")
            return try .json(
                await instrument.deleteSlide(parameters["slide"], confirmation: confirmation, by: call.peer))
        },
        Route(.POST, "/v1/slides/{slide}/archive") { instrument, parameters, call throws(Problem) in
            let job = try await instrument.archiveSlide(parameters["slide"], by: call.peer)
            return try .accepted(job, at: "/v1/store/transfers/\(job.id)")
        },
        Route(.POST, "/v1/slides/{slide}/restore") { instrument, parameters, call throws(Problem) in
            let job = try await instrument.restoreSlide(parameters["slide"], by: call.peer)
            return try .accepted(job, at: "/v1/store/transfers/\(job.id)")
        },
        Route(.GET, "/v1/slides/{slide}/captures") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.captures(ofSlide: parameters["slide"]))
        },
        Route(.GET, "/v1/slides/{slide}/counts") { instrument, parameters, _ throws(Problem) in
            let precision = try parameters.number("until_precision", Double.self)
            if let fault = Quantity.precision.fault(precision) { throw Problem(.invalidPrecision, fault) }
            if let seconds = try parameters.number("surveyed_within", Double.self), seconds > 0 {
                let wait = min(Duration.seconds(min(seconds, 3600)), longestWait)
                try await instrument.surveyed(slide: parameters["slide"], timeout: wait)
            }
            return try .json(await instrument.counts(ofSlide: parameters["slide"], untilPrecision: precision))
        },
        Route(.GET, "/v1/slides/{slide}/comparison") { instrument, parameters, _ throws(Problem) in
            let other = try parameters.text("with")
            return try .json(await instrument.comparison(ofSlide: parameters["slide"], with: other))
        },
        Route(.GET, "/v1/slides/{slide}/fields") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.placements(ofSlide: parameters["slide"]))
        },
        Route(.GET, "/v1/slides/{slide}/map") { instrument, parameters, _ throws(Problem) in
            .png(try await instrument.map(ofSlide: parameters["slide"]))
        },
        Route(.GET, "/v1/slides/{slide}/export/{format}") { instrument, parameters, _ throws(Problem) in
            guard let format = ExportFormat(rawValue: parameters["format"]) else {
                let formats = ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(
                    .invalidExportFormat, "a slide is not exported as \"\(parameters["format"])\"",
                    hint: "formats are \(formats)")
            }
            let bytes = try await instrument.export(
                slide: parameters["slide"], format: format, capture: parameters.number("capture", Int64.self))
            return Reply(status: .ok, contentType: format.contentType, body: bytes)
        },
        Route(.POST, "/v1/data-sets") { instrument, _, call throws(Problem) in
            try .json(await instrument.dataSet(call.decoded(DataSetRequest.self)))
        },
        Route(.GET, "/v1/captures/{capture}/pair") { instrument, parameters, _ throws(Problem) in
            let keys = try parameters.text("species").split(separator: ",").map(String.init)
            return .png(try await instrument.pair(ofCapture: parameters.capture(), species: keys))
        },
    ]
}
