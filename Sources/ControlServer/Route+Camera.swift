import ControlAPI
import NIOHTTP1

extension Route {
    static let camera: [Route] = [
        Route(.GET, "/v1/camera") { instrument, _, _ throws(Problem) in
            try .json(await instrument.cameraReport())
        },
        Route(.GET, "/v1/camera/modes") { instrument, _, _ throws(Problem) in
            try .json(await instrument.cameraModes())
        },
        Route(.PUT, "/v1/camera/mode") { instrument, _, call throws(Problem) in
            try .json(await instrument.setCameraMode(call.decoded(CameraModeChoice.self), by: call.peer))
        },
        Route(.GET, "/v1/camera/controls") { instrument, _, _ throws(Problem) in
            try .json(await instrument.cameraControls())
        },
        Route(.PUT, "/v1/camera/controls/{control}") { instrument, parameters, call throws(Problem) in
            let change = try call.decoded(CameraControlChange.self)
            return try .json(await instrument.setControl(parameters["control"], to: change.value, by: call.peer))
        },
        Route(.GET, "/v1/camera/calibrations") { instrument, _, _ throws(Problem) in
            try .json(await instrument.calibrations())
        },
        Route(.POST, "/v1/camera/calibrations") { instrument, _, call throws(Problem) in
            let calibration = try await instrument.calibrate(call.decoded(CalibrationRequest.self), by: call.peer)
            return try .json(calibration, status: .created)
        },
        Route(.GET, "/v1/camera/flat-fields") { instrument, _, _ throws(Problem) in
            try .json(await instrument.flatFields())
        },
        Route(.POST, "/v1/camera/flat-fields") { instrument, _, call throws(Problem) in
            let flat = try await instrument.takeFlatField(call.decoded(FlatFieldRequest.self), by: call.peer)
            return try .json(flat, status: .created)
        },
        Route(.GET, "/v1/instrument") { instrument, _, _ throws(Problem) in
            try .json(await instrument.instrumentReport())
        },
        Route(.PUT, "/v1/camera/objective") { instrument, _, call throws(Problem) in
            let choice = try call.decoded(ObjectiveChoice.self)
            return try .json(await instrument.use(objective: choice.objective, by: call.peer))
        },
    ]
}
