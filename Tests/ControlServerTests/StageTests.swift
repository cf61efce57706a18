import ControlAPI
import ControlClient
import Foundation
import Testing

/// The motor over the socket, and by the program.
@Suite struct StageTests {
    @Test func routesRefuseWhatCannotBe() async throws {
        try await withServer { served throws in
            for (method, target, body, status) in [
                ("POST", "/v1/focus", "{}", 200), ("POST", "/v1/focus", "{\"reach_um\":0}", 422),
                ("GET", "/v1/scans", "", 200), ("GET", "/v1/scans/9", "", 404), ("GET", "/v1/scans/x", "", 404),
                ("POST", "/v1/scans", "{\"slide\":\"A\"}", 400),
                (
                    "POST", "/v1/scans",
                    "{\"slide\":\"A\",\"from_x_um\":0,\"from_y_um\":0,\"to_x_um\":9,\"to_y_um\":9}", 201
                ),
                (
                    "POST", "/v1/scans",
                    "{\"slide\":\"A\",\"from_x_um\":9,\"from_y_um\":0,\"to_x_um\":0,\"to_y_um\":9}", 422
                ),
                ("POST", "/v1/scans/2/resume", "{}", 200), ("POST", "/v1/scans/2/stop", "", 200),
                ("POST", "/v1/captures", "{\"slide\":\"A\",\"focus_sweep\":{\"frames\":1}}", 422),
            ] {
                let answer = try await served.raw(request(method, target, body: body))
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(method) \(target) \(body): \(answer.prefix(200))")
            }
        }
    }

    @Test func theProgramSaysIt() async throws {
        try await withServer { served throws in
            func run(_ arguments: String...) async throws -> Outcome {
                try await neurallens(["--socket", served.path] + arguments)
            }
            let focus = try await run("focus")
            #expect(
                focus.status == 0 && focus.output.contains("12.5 um, where the motor stands now"), "\(focus.errors)")
            let scan = try await run(
                "scan", "--slide", "a", "--from-x-um", "-50", "--from-y-um", "0", "--to-x-um", "600", "--to-y-um", "300"
            )
            #expect(scan.status == 0 && scan.output.contains("Scan 1 done: 6 of 6 fields (3 x 2)"), "\(scan.errors)")
            let list = try await run("scan", "list")
            #expect(list.output.contains("the line to the motor was cut"), "\(list.output)")
            #expect(try await run("scan", "stop", "2").output.contains("neurallens scan resume 2 goes on with it"))
            #expect(
                try await run(
                    "scan", "--slide", "a", "--from-x-um", "9", "--from-y-um", "0", "--to-x-um", "0", "--to-y-um", "3"
                ).status == 64)
            #expect(try await run("capture", "--slide", "a", "--frames", "5").status == 64)
        }
    }
}
