import ControlAPI
import NIOHTTP1

extension Route {
    /// Slides that another person reads again.
    static let secondReadings: [Route] = [
        Route(.GET, "/v1/slides/{slide}/second-readings") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.secondReadings(ofSlide: parameters["slide"]))
        },
        Route(.POST, "/v1/slides/{slide}/second-readings") { instrument, parameters, call throws(Problem) in
            let request = try call.decoded(SecondReadingRequest.self)
            let reading = try await instrument.beginSecondReading(
                ofSlide: parameters["slide"], request, by: call.peer)
            return try .json(reading, status: .created)
        },
        Route(.GET, "/v1/second-readings/{reading}") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.secondReading(parameters.reading()))
        },
        Route(.GET, "/v1/second-readings/{reading}/fields/{capture}") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.field(parameters.capture(), ofSecondReading: parameters.reading()))
        },
        Route(.PUT, "/v1/second-readings/{reading}/fields/{capture}/finish") {
            instrument, parameters, call throws(Problem) in
            let request = call.body.isEmpty ? SecondReaderRequest() : try call.decoded(SecondReaderRequest.self)
            return try .json(
                await instrument.finishField(
                    parameters.capture(), ofSecondReading: parameters.reading(), request, by: call.peer))
        },
        Route(.POST, "/v1/second-readings/{reading}/words") { instrument, parameters, call throws(Problem) in
            let word = try call.decoded(SecondReadingWord.self)
            return try .json(await instrument.say(word, inSecondReading: parameters.reading(), by: call.peer))
        },
        Route(.GET, "/v1/second-readings/{reading}/agreement") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.agreement(ofSecondReading: parameters.reading()))
        },
        Route(.GET, "/v1/second-readings/{reading}/differences") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.differences(ofSecondReading: parameters.reading()))
        },
        Route(.POST, "/v1/second-readings/{reading}/differences") { instrument, parameters, call throws(Problem) in
            let settling = try call.decoded(SecondReadingSettling.self)
            return try .json(await instrument.settle(settling, ofSecondReading: parameters.reading(), by: call.peer))
        },
    ]
}

extension Route.Parameters {
    /// A second reading's number.
    fileprivate func reading() throws(Problem) -> Int64 {
        guard let id = Int64(self["reading"]) else {
            throw Problem(
                .readingNotFound, "there is no second reading \"\(self["reading"])\"",
                hint: "they have numbers; list them with neurallens second-reading list SLIDE")
        }
        return id
    }
}
