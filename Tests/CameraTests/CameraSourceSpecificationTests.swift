import Camera
import Testing

@Suite struct CameraSourceSpecificationTests {
    @Test(arguments: [
        ("simulated", CameraSourceSpecification.simulated(seed: 1)), ("simulated:0", .simulated(seed: 0)),
        ("simulated:18446744073709551615", .simulated(seed: .max)), ("folder:pictures", .folder(path: "pictures")),
        ("folder:/a b:c", .folder(path: "/a b:c")), ("/dev/video0", .device(path: "/dev/video0")),
        ("/dev/v4l/by-id/usb-x-index0", .device(path: "/dev/v4l/by-id/usb-x-index0")),
    ])
    func sourcesAreRead(text: String, expected: CameraSourceSpecification) throws {
        #expect(try CameraSourceSpecification(parsing: text) == expected)
    }

    @Test(arguments: [
        "", "simulated:", "simulated:-1", "simulated:1.5", "simulated: 1", "simulated:+1",
        "simulated:18446744073709551616", "simulatedx", "folder:", "folder", "video0", "/dev/", "/tmp/x", "Folder:/x",
    ])
    func anythingElseIsRefused(text: String) {
        let error = #expect(throws: CameraError.self) { try CameraSourceSpecification(parsing: text) }
        #expect(error?.code == .badSource)
        #expect(error?.hint.contains("simulated:SEED, folder:DIR") == true)
    }

    @Test(arguments: ["simulated:7", "folder:/x", "/dev/video3"])
    func aSourceIsWrittenAsItIsRead(text: String) throws {
        #expect(try CameraSourceSpecification(parsing: text).description == text)
    }
}
