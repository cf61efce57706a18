import Camera
import Testing

@Suite struct NegotiationTests {
    private func mode(_ code: String, _ width: Int, _ height: Int, fps: Double? = nil) -> CameraMode {
        CameraMode(fourcc: code, width: width, height: height, framesPerSecond: fps)
    }

    private func choose(
        _ modes: [CameraMode], _ configuration: CameraConfiguration = CameraConfiguration()
    ) throws -> CameraMode {
        try configuration.choice(among: modes, device: "/dev/video0")
    }

    @Test func deepMosaicsComeFirstAndJPEGLast() throws {
        let all = ["MJPG", "GREY", "NV12", "YUYV", "RGB3", "Y12P", "Y12", "BA81", "pRAA", "pRCC", "RG12", "BYR2"].map {
            mode($0, 640, 480)
        }
        var rest = all
        var order: [String] = []
        while !rest.isEmpty {
            let best = try choose(rest)
            order.append(best.fourcc)
            rest.removeAll { $0.fourcc == best.fourcc }
        }
        #expect(
            order == ["BYR2", "RG12", "pRCC", "pRAA", "BA81", "Y12", "Y12P", "RGB3", "YUYV", "NV12", "GREY", "MJPG"])
    }

    @Test func theLargestSizeOfTheBestFormat() throws {
        let modes = [
            mode("MJPG", 4000, 3000), mode("BA81", 640, 480), mode("BA81", 1280, 1024), mode("BA81", 320, 240),
        ]
        #expect(try choose(modes) == mode("BA81", 1280, 1024))
    }

    @Test func wishesWin() throws {
        let modes = [mode("BA81", 1280, 1024), mode("YUYV", 640, 480), mode("YUYV", 320, 240)]
        let wish = CameraConfiguration(fourcc: "YUYV", width: 320, height: 240, framesPerSecond: 5)
        #expect(try choose(modes, wish) == mode("YUYV", 320, 240, fps: 5))
        // A size that is not listed is asked for all the same: lists of stepwise sizes are incomplete.
        #expect(try choose(modes, CameraConfiguration(width: 700, height: 500)) == mode("BA81", 700, 500))
    }

    @Test func shortCodesMeanTheirPaddedForm() throws {
        #expect(FourCC("Y16") == FourCC("Y16 "))
        #expect(FourCC("Y16")?.description == "Y16")
        #expect(FourCC("BA81")?.rawValue == 0x3138_4142)
        #expect(FourCC("") == nil)
        #expect(FourCC("TOO LONG") == nil)
        #expect(try choose([mode("Y16", 64, 64)], CameraConfiguration(fourcc: "Y16 ")).fourcc == "Y16")
    }

    @Test func nothingUsableSaysWhatThereIs() throws {
        let none = #expect(throws: CameraError.self) { try choose([mode("H264", 64, 64)]) }
        #expect(none?.code == .noUsableFormat)
        #expect(none?.hint == "it offers H264")
        let other = #expect(throws: CameraError.self) {
            try choose([mode("YUYV", 64, 64)], CameraConfiguration(fourcc: "BA81"))
        }
        #expect(other?.message == "/dev/video0 does not offer the format BA81")
        #expect(other?.hint == "it offers YUYV")
    }
}

@Suite struct CameraDeviceTests {
    private func device(
        _ number: Int, stable: String? = nil, card: String = "A", bus: String = "usb-1"
    ) -> CameraDevice {
        CameraDevice(path: "/dev/video\(number)", stablePath: stable, driver: "uvcvideo", card: card, bus: bus)
    }

    @Test func aCameraIsFoundUnderAnotherNumber() {
        let lost = device(0)
        #expect(lost.found(among: [device(0, card: "B"), device(2)]) == device(2))
        #expect(lost.found(among: [device(0, card: "B")]) == nil)
    }

    @Test func theStablePathDecidesBetweenTwins() {
        let lost = device(0, stable: "/dev/v4l/by-id/x", bus: "usb-1")
        let twin = device(0, stable: "/dev/v4l/by-id/y", bus: "usb-1")
        let same = device(1, stable: "/dev/v4l/by-id/x", bus: "usb-2")
        #expect(lost.found(among: [twin, same]) == same)
    }

    /// A second camera of the same make must not step in for the one that was pulled out.
    @Test func aTwinThatWasThereBesideItIsNeverTakenForIt() {
        let lost = device(0, bus: "usb-1")
        let twin = device(3, bus: "usb-2")
        #expect(lost.found(among: [twin], others: [twin]) == nil)
        #expect(lost.found(among: [twin, device(4, bus: "usb-3")], others: [twin]) == device(4, bus: "usb-3"))
        #expect(lost.found(among: [twin, lost], others: [twin]) == lost)
    }

    @Test func inAnotherPlugOnlyWhenThereIsNoDoubt() {
        let lost = device(0, bus: "usb-1")
        #expect(lost.found(among: [device(3, bus: "usb-2")]) == device(3, bus: "usb-2"))
        #expect(lost.found(among: [device(3, bus: "usb-2"), device(4, bus: "usb-3")]) == nil)
    }
}
