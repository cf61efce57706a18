import Camera
import Foundation
import Testing

/// What a source does where there is no camera. Real devices are tested in the virtual machine.
@Suite struct V4L2SourceTests {
    @Test func noCameraIsAStateWithAReason() async throws {
        let source = try V4L2Source(path: "/dev/no-such-camera")
        guard case .unavailable(let reason) = await source.state() else {
            Issue.record("there is no such camera")
            return
        }
        #expect(reason.contains("there is no camera at /dev/no-such-camera"))
        let error = await #expect(throws: CameraError.self) { try await source.triggeredFrame() }
        #expect(error?.code == .notFound)
        #expect(await source.mode() == nil)
        #expect(source.name == "v4l2:/dev/no-such-camera")
    }

    @Test func aFileThatIsNoCameraIsNamed() async throws {
        let source = try V4L2Source(path: "/dev/null")
        let error = await #expect(throws: CameraError.self) { try await source.newestFrame() }
        #expect(error?.message == "/dev/null is not a V4L2 device")
    }

    @Test func closedIsClosed() async throws {
        let source = try V4L2Source(path: "/dev/no-such-camera")
        await source.close()
        let error = await #expect(throws: CameraError.self) { try await source.controls() }
        #expect(error?.code == .closed)
    }

    @Test func theProbeReportsErrors() async throws {
        let report = try await CameraProbe.run(device: "/dev/no-such-camera", frames: 2, patience: .zero)
        #expect(report.captures.map { $0.error?.code } == ["notFound", "notFound"])
        #expect(report.mode == nil)
    }
}
