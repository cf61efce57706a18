import Camera
import Foundation
import Imaging
import Testing

@Suite final class FolderSourceTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "folder-source-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ name: String, grey value: UInt8) throws {
        let picture = Picture<UInt8>(width: 5, height: 4, channels: 1, filledWith: value)
        try write(name, PNG.encode(picture))
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: folder.appending(path: name))
    }

    @Test func picturesComeInNameOrderAndWrap() async throws {
        for (index, name) in ["b.png", "9.png", "10.PNG", "a.Png", ".hidden.png", "notes.txt"].enumerated() {
            try write(name, grey: UInt8(index))
        }
        try FileManager.default.createDirectory(at: folder.appending(path: "c.png"), withIntermediateDirectories: true)
        let source = try FolderSource(folder: folder.path)
        var origins: [String] = []
        for _ in 0..<5 { origins.append(try await source.triggeredFrame().origin) }
        #expect(origins == ["10.PNG", "9.png", "a.Png", "b.png", "10.PNG"])
        #expect(await source.state() == .idle)
        #expect(source.name == "folder:\(folder.path)")
    }

    @Test func newestFrameShowsTheNextAndDoesNotAdvance() async throws {
        try write("1.png", grey: 1)
        try write("2.png", grey: 2)
        let source = try FolderSource(folder: folder.path)
        #expect(try await source.newestFrame().origin == "1.png")
        #expect(try await source.newestFrame().origin == "1.png")
        #expect(try await source.triggeredFrame().origin == "1.png")
        #expect(try await source.newestFrame().origin == "2.png")
    }

    @Test func unreadablePicturesAreNamedAndPassed() async throws {
        try write("1.png", grey: 1)
        try write("2.png", [UInt8]("not a picture".utf8))
        try write("3.png", [])
        let whole = try PNG.encode(Picture<UInt8>(width: 64, height: 64, channels: 1, filledWith: 9))
        try write("4.png", Array(whole.prefix(60)))
        try write("5.png", grey: 5)
        let source = try FolderSource(folder: folder.path)
        #expect(try await source.triggeredFrame().origin == "1.png")
        for bad in ["2.png", "3.png", "4.png"] {
            let error = await #expect(throws: CameraError.self) { try await source.triggeredFrame() }
            #expect(error?.code == .unreadablePicture)
            #expect(error?.message.contains("\(folder.path)/\(bad)") == true)
        }
        #expect(try await source.triggeredFrame().origin == "5.png")
    }

    /// A machine that is short of descriptors for a moment takes no picture out of the row.
    @Test func aPictureThatCannotBeOpenedNowComesNext() async throws {
        try write("1.png", grey: 1)
        try write("2.png", grey: 2)
        let source = try FolderSource(folder: folder.path)
        #expect(try await source.triggeredFrame().origin == "1.png")
        var limit = rlimit()
        try #require(getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0)
        var none = rlimit(rlim_cur: 0, rlim_max: limit.rlim_max)
        setrlimit(Int32(RLIMIT_NOFILE.rawValue), &none)
        let error = await #expect(throws: CameraError.self) { try await source.triggeredFrame() }
        setrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit)
        #expect(error?.isPassing == true)
        // A bad sector stays bad: the row goes on behind it.
        #expect(!CameraError(.system, operation: "read", errno: EIO, "read", hint: "").isPassing)
        #expect(try await source.triggeredFrame().origin == "2.png")
    }

    @Test func samplesAndDepthAreThoseOfTheFile() async throws {
        let deep = Picture<UInt16>(width: 2, height: 1, channels: 3, samples: [0, 1, 65535, 300, 40000, 7])
        try write("1.png", PNG.encode(deep))
        try write("2.png", grey: 77)
        let source = try FolderSource(folder: folder.path)
        let first = try await source.triggeredFrame()
        #expect(first.pixels == .rgb(deep))
        #expect(first.bitDepth == 16)
        #expect(first.colour() == .bits16(deep))
        #expect(first.format == "PNG")
        #expect(first.nmPerPixel == nil)
        let second = try await source.triggeredFrame()
        #expect(second.bitDepth == 8)
        #expect(second.sequence == first.sequence + 1)
        #expect(second.exposedAt > first.exposedAt)
        #expect(second.colour() == .bits8(Picture(width: 5, height: 4, channels: 3, filledWith: 77)))
    }

    @Test func picturesMayComeAndGo() async throws {
        try write("2.png", grey: 2)
        let source = try FolderSource(folder: folder.path)
        #expect(try await source.triggeredFrame().origin == "2.png")
        try FileManager.default.removeItem(at: folder.appending(path: "2.png"))
        guard case .unavailable(let reason) = await source.state() else {
            Issue.record("an empty folder is unavailable")
            return
        }
        #expect(reason.contains("holds no picture"))
        try write("1.png", grey: 1)
        try write("3.png", grey: 3)
        #expect(try await source.triggeredFrame().origin == "3.png")
    }

    @Test func aMissingFolderIsAStateAndAnError() async throws {
        let source = try FolderSource(folder: folder.path + "/none")
        let error = await #expect(throws: CameraError.self) { try await source.triggeredFrame() }
        #expect(error?.code == .notFound)
        #expect(await source.state() != .idle)
        await source.close()
        let closed = await #expect(throws: CameraError.self) { try await source.newestFrame() }
        #expect(closed?.code == .closed)
    }

    @Test func liveFramesChangeWhenAPictureIsTaken() async throws {
        try write("1.png", grey: 1)
        try write("2.png", grey: 2)
        let source = try FolderSource(folder: folder.path)
        let first = try await source.liveFrame(after: nil)
        #expect(first.origin == "1.png")
        #expect(try await source.liveFrame(after: nil).sequence == first.sequence)
        async let second = source.liveFrame(after: first.sequence)
        #expect(try await source.triggeredFrame().origin == "1.png")
        let next = try await second
        #expect(next.origin == "2.png")
        let waiting = Task { try await source.liveFrame(after: next.sequence) }
        waiting.cancel()
        await #expect(throws: CameraError.self) { try await waiting.value }
        #expect(try await source.triggeredFrame().origin == "2.png")
    }
}

/// What folders of people hold: other formats, other files, files that are still being written.
@Suite final class FolderContentsTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "folder-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: folder.appending(path: name))
    }

    private let picture = Picture<UInt8>(
        width: 16, height: 8, channels: 3, samples: (0..<384).map { UInt8(truncatingIfNeeded: $0 / 2) })

    @Test func everyFormatIsTakenAndOtherFilesAreTold() async throws {
        try write("a.PNG", PNG.encode(picture, nmPerPixel: 180))
        try write("b.tif", TIFF.encode([TIFF.Page(.bits8(picture), nmPerPixel: 83)]))
        try write("c.JPEG", JPEG.encode(picture))
        try write("notes.txt", [65])
        try write("d.bmp", [66])
        let source = try FolderSource(folder: folder.path)
        var taken: [(String, String, Double?)] = []
        for _ in 0..<4 {
            let frame = try await source.triggeredFrame()
            taken.append((frame.origin, frame.format, frame.statedNmPerPixel.map { ($0 * 10).rounded() / 10 }))
        }
        #expect(taken.map(\.0) == ["a.PNG", "b.tif", "c.JPEG", "a.PNG"])
        #expect(taken.map(\.1) == ["PNG", "TIFF", "JPEG", "PNG"])
        #expect(taken.map(\.2) == [180, 83, nil, 180])
        let remarks = await source.remarks()
        #expect(remarks.count == 1 && remarks[0].contains("d.bmp, notes.txt") && remarks[0].contains(".tiff"))
        try FileManager.default.removeItem(at: folder.appending(path: "notes.txt"))
        try FileManager.default.removeItem(at: folder.appending(path: "d.bmp"))
        #expect(await source.remarks().isEmpty)
    }

    @Test func framesHaveTheDepthThatTheirSamplesShow() async throws {
        let shallow = Picture<UInt16>(width: 8, height: 8, channels: 1, samples: (0..<64).map { UInt16($0 * 60 + 200) })
        try write("a.png", PNG.encode(shallow))
        let frame = try await FolderSource(folder: folder.path).triggeredFrame()
        #expect(frame.bitDepth == 12 && frame.pixels == .grey(shallow))
        guard case .bits16(let colour) = frame.colour() else {
            Issue.record("not 16 bits")
            return
        }
        #expect(abs(Int(colour[7, 7, 1]) - 3980 * 65535 / 4095) <= 1)
    }

    @Test func aPictureThatIsStillBeingWrittenIsWaitedFor() async throws {
        let whole = try PNG.encode(picture)
        try write("a.png", Array(whole.prefix(whole.count / 2)))
        let source = try FolderSource(folder: folder.path)
        async let frame = source.triggeredFrame()
        try await Task.sleep(for: .milliseconds(300))
        try write("a.png", whole)
        #expect(try await frame.origin == "a.png")
    }
}
