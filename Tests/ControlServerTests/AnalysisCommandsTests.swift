import ControlAPI
import Foundation
import Testing

/// Commands of the `neurallens` program on slides' places, reviews, reanalyses, exports and calibrations.
@Suite struct AnalysisCommandsTests {
    private func withSlide(_ body: (Served, (String...) async throws -> Outcome) async throws -> Void) async throws {
        try await withServer { served throws in
            _ = try await served.instrument.createSlide(SlideCreation(name: "A"), by: Peer(uid: 0, gid: 0, pid: 0))
            try await body(served) { (arguments: String...) in
                try await neurallens(arguments, environment: ["NEURALLENS_SOCKET": served.path])
            }
        }
    }

    @Test func countsUntilPrecision() async throws {
        try await withSlide { served, run throws in
            let counts = try await run("counts", "A", "--until-precision", "10%")
            #expect(counts.status == 0 && counts.output.contains("more fields"))
            _ = try await run("counts", "A", "--until-precision", "0.1")
            #expect(await served.instrument.precisions == [0.1, 0.1])
            for wrong in ["0", "-0.1", "100%", "ten", "%", ""] {
                #expect(try await run("counts", "A", "--until-precision=\(wrong)").status == 64)
            }
        }
    }

    @Test func slideIsSet() async throws {
        try await withSlide { served, run throws in
            let set = try await run(
                "slide", "set", "A", "--sampled-volume-m3", "14.4", "--deposit-area-mm2", "672", "--run", "1")
            #expect(set.status == 0 && set.output.contains("14.4 m3") && set.output.contains("672 mm2"))
            #expect(
                await served.instrument.slideChanges == [
                    SlideChange(sampledVolumeM3: 14.4, depositAreaMm2: 672, run: 1)
                ])
            #expect(try await run("slide", "set", "A").status == 64)
            let negative = try await run("slide", "set", "A", "--sampled-volume-m3", "-3")
            #expect(negative.status == 64 && negative.errors.contains("-3 m3"))
            let absent = try await run("slide", "set", "A", "--run", "9")
            #expect(absent.status == 1 && absent.errors.contains("no run 9"))
        }
    }

    @Test func slideIsLookedAt() async throws {
        try await withSlide { served, run throws in
            let file = "\(served.path).png"
            let map = try await run("slide", "map", "A", "-o", file)
            #expect(map.status == 0 && map.output == "\(file) written, 3000000 bytes\n")
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(StandInInstrument.picture))
            for (arguments, expected) in [
                (["slide", "fields", "A"], "not placed: its picture is empty"),
                (["slide", "compare", "A", "B"], "2.47"), (["slide", "runs", "A"], "1 of 4"),
                (["slide", "difference", "A", "1", "2"], "relabelled"), (["slide", "show", "A"], "Iva"),
                (["grains", "7", "--all"], "rejected"), (["review", "show", "1"], "M. Palyno"),
                (["review", "history", "--slide", "A"], "sulcus"), (["camera", "objectives"], "3.6 um / 20"),
            ] {
                let outcome = try await neurallens(arguments, environment: ["NEURALLENS_SOCKET": served.path])
                #expect(outcome.status == 0 && outcome.output.contains(expected), "\(arguments)")
                let json = try await neurallens(
                    arguments + ["--json"], environment: ["NEURALLENS_SOCKET": served.path])
                #expect((try? JSONSerialization.jsonObject(with: Data(json.output.utf8))) != nil, "\(arguments)")
            }
            #expect(try await run("grains", "7").output.contains("dirt") == false)
            #expect(try await run("camera", "objectives").output.contains("181") == false)
            #expect(try await run("camera", "objectives", "--history").output.contains("181"))
        }
    }

    @Test func reviewsAreSaid() async throws {
        try await withSlide { served, run throws in
            let crops = "\(served.path).crops"
            let next = try await run("review", "next", "--slide", "A", "--limit", "3", "--crops", crops)
            #expect(next.status == 0 && next.output.contains("1 of 4 still to look at"))
            let crop = try Data(contentsOf: URL(fileURLWithPath: "\(crops)/1.png"))
            #expect(crop == Data(StandInInstrument.picture))
            try FileManager.default.removeItem(atPath: crops)

            for arguments in [
                ["accept", "1", "--reviewer", "M. Palyno"], ["relabel", "1", "--species", "iva", "--note", "n"],
                ["reject", "1", "--reason", "bubble"], ["split", "1"], ["split", "1", "--into", "3"],
                ["split", "1", "--line", "-1.5,2,3,4"], ["undo", "1"],
            ] {
                let outcome = try await neurallens(
                    ["review"] + arguments, environment: ["NEURALLENS_SOCKET": served.path])
                #expect(outcome.status == 0 && outcome.output == "grain 1  iva  confirmed\n", "\(arguments)")
            }
            #expect(
                await served.instrument.reviewRequests == [
                    ReviewRequest(action: .accept, grains: [1], reviewer: "M. Palyno"),
                    ReviewRequest(action: .relabel, grains: [1], species: "iva", note: "n"),
                    ReviewRequest(action: .reject, grains: [1], reason: "bubble"),
                    ReviewRequest(action: .split, grains: [1]), ReviewRequest(action: .split, grains: [1], parts: 3),
                    ReviewRequest(action: .split, grains: [1], linePx: [-1.5, 2, 3, 4]),
                    ReviewRequest(action: .undo, grains: [1]),
                ])
            for wrong in [
                ["accept"], ["merge", "1"], ["relabel", "1"], ["split", "1", "--into", "1"],
                ["split", "1", "--line", "1,2,3"], ["split", "1", "--into", "2", "--line", "1,2,3,4"],
                ["next", "--slide", "A", "--limit", "0"],
            ] {
                #expect(try await neurallens(["review"] + wrong).status == 64, "\(wrong)")
            }
            let removed = try await run("review", "merge", "1", "5")
            #expect(removed.status == 1 && removed.errors.contains("grain 5 was merged into another"))
        }
    }

    @Test func reanalysisPrintsDifferencesAndHowToSwitch() async throws {
        try await withSlide { served, run throws in
            let outcome = try await run("reanalyse", "--slide", "A", "--minimum-confidence", "0.5", "--border", "none")
            #expect(outcome.status == 0 && outcome.errors.isEmpty)
            #expect(outcome.output.contains("relabelled") && outcome.output.contains("slide set A --run 2"))
            #expect(
                await served.instrument.reanalysisRequests == [
                    ReanalysisRequest(slide: "A", minimumConfidence: 0.5, border: .wholeOnly)
                ])
            let queued = try await run("reanalyse", "--slide", "A", "--resume", "2", "--no-wait")
            #expect(
                queued.output == "Job r1 queued: 4 captures of slide \"A\"; neurallens reanalyse stop r1 stops it\n")
            let stopped = try await run("reanalyse", "stop", "r1")
            #expect(stopped.status == 0 && stopped.output.contains("--resume 2"))
            #expect(try await run("reanalyse", "follow", "r1").output.contains("relabelled"))
            #expect(try await run("reanalyse", "follow", "r2").status == 1)
            let json = try await run("reanalyse", "--slide", "A", "--json")
            #expect(try WireFormat.decode(ReanalysisJob.self, from: Data(json.output.utf8)).state == .done)
            for wrong in [["--minimum-confidence", "2"], ["--resume", "2", "--border", "all"], ["--border", "some"]] {
                #expect(try await neurallens(["reanalyse", "--slide", "A"] + wrong).status == 64, "\(wrong)")
            }
            let absent = try await run("reanalyse", "--slide", "A", "--lens", "/nonexistent")
            #expect(absent.status == 1 && absent.errors.contains("/nonexistent/lens.json"))
        }
    }

    @Test func unknownGrainsAreGrouped() async throws {
        try await withSlide { _, run throws in
            let groups = try await run("review", "groups", "--slide", "A")
            #expect(groups.status == 0 && groups.output.contains("21.5") && groups.output.contains("20.0 to 22.5"))
            #expect(groups.output.contains("3 grains in 2 groups") && groups.output.contains("Capture 8 is left out"))
            #expect(try await run("review", "groups", "--slide", "A", "--group", "1").output == "5 4\n")
            #expect(try await run("review", "groups", "--slide", "A", "--group", "3").status == 1)
            #expect(try await run("review", "groups", "--slide", "A", "--threshold", "9").status == 64)
        }
    }

    @Test func exportKeepsWhatIsThere() async throws {
        try await withSlide { served, run throws in
            let file = "\(served.path).out"
            func content() throws -> String {
                String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
            }
            #expect(try await run("export", "A", "--format", "csv", "-o", file).status == 0)
            let refused = try await run("export", "A", "--format", "html", "-o", file)
            #expect(refused.status == 1 && refused.errors.contains("exists") && refused.errors.contains("--overwrite"))
            #expect(try content() == "grains-csv of A")
            for (format, expected) in [
                ("counts-csv", "counts-csv"), ("json", "json"), ("geojson", "geojson"), ("html", "report"),
            ] {
                #expect(try await run("export", "A", "--format", format, "-o", file, "--overwrite").status == 0)
                #expect(try content() == "\(expected) of A")
            }
            let tiff = try await run(
                "export", "A", "--format", "ome-tiff", "--capture", "7", "-o", file, "--overwrite")
            #expect(tiff.status == 0)
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(StandInInstrument.picture))
            let other = try await run("export", "A", "--format", "ome-tiff", "--capture", "8", "-o", "\(file)2")
            #expect(other.status == 1 && other.errors.contains("no capture 8"))
            #expect(try await run("export", "A", "--format", "ome-tiff", "-o", file).status == 64)
            #expect(try await run("export", "A", "--format", "csv", "--capture", "7", "-o", file).status == 64)
            #expect(try await run("export", "A", "--format", "pdf", "-o", file).status == 64)
        }
    }

    @Test func fullDiskLeavesNothingBehind() async throws {
        try await withSlide { served, run throws in
            let file = "\(served.path).tif"
            let outcome = try await neurallens(
                ["export", "A", "--format", "ome-tiff", "--capture", "7", "-o", file],
                environment: ["NEURALLENS_SOCKET": served.path], shell: "ulimit -f 100; trap '' XFSZ")
            #expect(
                outcome.status == 1 && outcome.errors.contains("cannot write") && outcome.errors.contains("make room"))
            let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { !$0.contains("tif") })
        }
    }

    @Test func cameraIsCalibrated() async throws {
        try await withSlide { served, run throws in
            let pitch = try await run(
                "camera", "calibrate", "--objective", "20x", "--pixel-pitch-um", "3.6", "--magnification", "20")
            #expect(pitch.output == "Objective \"20x\": 180 nm/px (3.6 um / 20), in use\n")
            #expect(try await run("camera", "calibrate", "--objective", "20x", "--nm-per-pixel", "180").status == 0)
            let blurred = try await run("camera", "calibrate", "--objective", "20x", "--stage-micrometer-um", "10")
            #expect(blurred.status == 1 && blurred.errors.contains("focus"))
            #expect(
                await served.instrument.calibrationRequests == [
                    CalibrationRequest(objective: "20x", pixelPitchUm: 3.6, magnification: 20),
                    CalibrationRequest(objective: "20x", nmPerPixel: 180),
                ])
            #expect(try await run("camera", "objective", "20x").status == 0)
            #expect(try await run("camera", "objective", "4x").status == 1)
            for wrong in [[], ["--nm-per-pixel", "180", "--stage-micrometer-um", "10"], ["--nm-per-pixel", "-1"]] {
                #expect(try await neurallens(["camera", "calibrate", "--objective", "20x"] + wrong).status == 64)
            }
        }
    }

    @Test func cameraModeIsSetAndTakenBack() async throws {
        try await withSlide { served, run throws in
            let set = try await run("camera", "mode", "BA81:1280x1024@15")
            #expect(set.status == 0 && set.output.contains("BA81 1280 x 1024, as was set"), "\(set)")
            let free = try await run("camera", "mode", "--automatic")
            #expect(free.status == 0 && !free.output.contains("as was set"))
            let refused = try await run("camera", "mode", "YUYV:640x480")
            #expect(refused.status == 1 && refused.errors.contains("it offers BA81:1280x1024"))
            #expect(
                await served.instrument.modeChoices == [
                    CameraModeChoice(format: "BA81", width: 1280, height: 1024, framesPerSecond: 15), .automatic,
                    CameraModeChoice(format: "YUYV", width: 640, height: 480),
                ])
            for wrong in [[], ["BA81"], ["BA81:0x0"], ["BA81:1280x1024@0"], ["BA81:1280x1024", "--automatic"]] {
                let outcome = try await neurallens(["camera", "mode"] + wrong)
                #expect(outcome.status == 64 && outcome.errors.contains("Usage"), "\(wrong)")
            }
            #expect(await served.instrument.modeChoices.count == 3)
        }
    }

    @Test func stagePositionMayBeNegative() async throws {
        try await withSlide { served, run throws in
            let capture = try await run("capture", "--slide", "A", "--stage-x-um", "-1500.5", "--stage-y-um", "20")
            #expect(capture.status == 0)
            #expect(await served.instrument.requests == [CaptureRequest(slide: "A", stageXUm: -1500.5, stageYUm: 20)])
            for wrong in [["--stage-x-um", "1"], ["--stage-x-um", "1", "--stage-y-um", "2", "--count", "2"]] {
                #expect(try await neurallens(["capture", "--slide", "A"] + wrong).status == 64)
            }
        }
    }
}
