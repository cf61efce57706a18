import Foundation
import Imaging
import Pairing
import Testing

@Suite struct PairMakerTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func maker() -> PairMaker {
        var maker = PairMaker(opticalNmPerPixel: 166, semNmPerPixel: 83, nmPerPixel: 166, species: twoSpecies)
        maker.outlines = OutlineFinder(sigma: 1.5, closing: 3, minimumArea: 200)
        maker.division = .init(val: 0, test: 0)
        return maker
    }

    /// A pair: light at the dataset's scale, shifted, and electrons of twice the resolution.
    private func writePair(_ name: String, shift: SIMD2<Double> = SIMD2(9, -6), slide: Slide = .four) throws {
        try place.write(slide.light(shift: shift), to: "optical/\(name).png")
        let sem = slide.electrons().resampled(width: 520, height: 500)
        try place.write(sem, to: "sem/\(name).png")
    }

    private let labels = """
        {"a.png": [["iva", 140, 120], ["galanthus", 300, 110, 380, 190], ["iva", 181, 361]]}
        """

    private func run(_ maker: PairMaker, sem: Bool = true) throws -> PairMaker.Summary {
        try maker.run(
            optical: place.path("optical"), sem: sem ? place.path("sem") : nil, labels: place.path("labels.json"),
            output: place.path("set"))
    }

    private func refusal(_ maker: PairMaker? = nil, sem: Bool = true) -> PairingError? {
        let error = #expect(throws: PairingError.self) { try run(maker ?? self.maker(), sem: sem) }
        // Nothing half-written.
        #expect(!place.contents.contains { $0.hasPrefix("set") && $0 != "set-unmatched" })
        return error
    }

    /// The same in micrometres of the micrograph, from its edge.
    private let inMicrometres = """
        {"unit": "um", "pictures": {"a.png": [
         ["iva", 11.6615, 10.0015], ["galanthus", 24.9415, 9.1715, 31.5815, 15.8115], ["iva", 15.0645, 30.0045]]}}
        """

    @Test(arguments: [false, true]) func aPairBecomesAFieldWithItsMap(isInMicrometres: Bool) throws {
        try writePair("a")
        try place.write(isInMicrometres ? inMicrometres : labels, to: "labels.json")
        let summary = try run(maker())
        #expect(summary.dataset.splits.train == ["00000"] && summary.dataset.otherChannel == 1)
        let folder = try DatasetFolder(path: place.path("set"))
        let pictures = try folder.pictures([.optical, .map, .sem, .onBlack], "00000")
        let map = pictures[1], sem = pictures[2], onBlack = pictures[3]
        // The light's frame ends 9 px left of the electrons' and 6 px below: that part is cut off.
        #expect(abs(map.width - 251) <= 2 && abs(map.height - 244) <= 2)
        let truth = try #require(try folder.truth("00000"))
        #expect(truth.grains.map(\.species).sorted() == ["galanthus", "iva", "iva"] && truth.others.count == 1)
        // The optical picture lies on the micrograph: both show each disc at the same place, named as labelled.
        for (disc, channel) in zip(Slide.four.discs, [0, 2, 0, 1]) {
            let x = Int(disc.at.x), y = Int(disc.at.y) - (250 - map.height)
            #expect(map[x, y, channel] == 1)
            #expect((0..<3).allSatisfy { $0 == channel || map[x, y, $0] == 0 })
            let column = Int(disc.at.x + disc.radius + 5)
            #expect((0..<3).allSatisfy { map[column, y, $0] == 0 })
            #expect(channel == 1 ? onBlack[x, y] == 0 : onBlack[x, y] == sem[x, y])
            // The dark rim of the light, 2 px inside the edge.
            let rim = (Int(disc.at.x - disc.radius) - 3...Int(disc.at.x - disc.radius) + 6)
                .min { pictures[0][$0, y] < pictures[0][$1, y] }!
            #expect(abs(Double(rim) - (disc.at.x - disc.radius + 2)) <= 1.5)
        }
        #expect(place.exists("set/contact-sheet.html") && place.exists("set/fields.csv"))
    }

    @Test func boxesAloneBecomeEllipses() throws {
        try place.write(Slide.four.light(), to: "optical/a.png")
        try place.write(#"{"a.png": [[0, 40, 40, 101, 81], [1, 0, 100, 20, 140]]}"#, to: "labels.json")
        var maker = maker()
        maker.labelled = .optical
        maker.fill = 0.8
        let summary = try run(maker, sem: false)
        #expect(summary.dataset.otherChannel == nil)
        let folder = try DatasetFolder(path: place.path("set"))
        let map = try folder.picture(.map, "00000")
        var area = 0
        for y in 40...81 {
            for x in 40...101 where map[x, y, 0] == 1 {
                area += 1
                let u = (Double(x) - 70.5) / (30.5 * 0.8), v = (Double(y) - 60.5) / (20.5 * 0.8)
                #expect(u * u + v * v <= 1.0001)
            }
        }
        #expect(abs(Double(area) / (Double.pi * 30.5 * 20.5 * 0.64) - 1) < 0.02)
        // Cut by the left edge: as long as it is wide, its middle on the edge.
        #expect(map[0, 120, 2] == 1 && map[14, 120, 2] == 1 && map[0, 135, 2] == 1 && map[17, 120, 2] == 0)
        let truth = try #require(try folder.truth("00000"))
        #expect(truth.grains.map(\.species) == ["iva", "galanthus"])
        #expect(truth.grains.map(\.onBorder) == [false, true])
        #expect(!folder.has(.sem, "00000"))
    }

    @Test func groupsStayTogetherAndEnoughIsHeldOut() throws {
        for group in 0..<6 {
            for part in 0..<3 {
                try place.write(Slide.four.light(width: 20, height: 20), to: "optical/s\(group)_\(part).png")
            }
        }
        let entries = (0..<18).map {
            "\"s\($0 / 3)_\($0 % 3).png\": [[\"iva\", 2, 2, 8, 8], [\"galanthus\", 10, 10, 16, 16]]"
        }.joined(separator: ",")
        try place.write("{\(entries)}", to: "labels.json")
        var maker = maker()
        maker.labelled = .optical
        maker.groupPattern = "^(s[0-9]+)_"
        maker.division = .init(val: 0.1, test: 0.2, seed: 3)
        let first = try run(maker, sem: false).dataset.splits
        #expect(first.test.count == 6 && first.val.count == 3 && first.train.count == 9)
        for split in Dataset.Split.allCases {
            let groups = Dictionary(grouping: first[split].map { Int($0)! / 3 }, by: { $0 })
            #expect(groups.values.allSatisfy { $0.count == 3 })
        }
        try FileManager.default.removeItem(atPath: place.path("set"))
        #expect(try run(maker, sem: false).dataset.splits == first)
    }

    // MARK: What cannot be used

    @Test func aMissingPartnerIsNamed() throws {
        try writePair("a")
        try place.write(Slide.four.light(), to: "optical/b.png")
        try place.write(labels, to: "labels.json")
        let error = refusal()
        #expect(error?.code == .missingPartner && error?.message.contains("b.png") == true)
    }

    @Test func aPairThatDoesNotMatchIsRefusedWithAnOverlay() throws {
        try writePair("a")
        let other = Slide(discs: [
            (SIMD2(30, 200), 18), (SIMD2(60, 90), 40), (SIMD2(220, 40), 26), (SIMD2(150, 140), 12),
        ])
        try place.write(other.light(), to: "optical/a.png")
        try place.write(labels, to: "labels.json")
        let error = refusal()
        #expect(error?.code == .noMatch && error?.message.contains("a.png") == true)
        #expect(place.exists("set-unmatched/a.png"))
    }

    @Test func aLabelOnNoOutlineIsNamed() throws {
        try writePair("a")
        try place.write(#"{"a.png": [["iva", 250, 230], ["galanthus", 300, 110]]}"#, to: "labels.json")
        let error = refusal()
        #expect(error?.code == .badLabel && error?.message.contains("250, 230 lies on no outline") == true)
    }

    @Test func labelsOfUnknownSpeciesOrPicturesAreRefused() throws {
        try writePair("a")
        try place.write(#"{"a.png": [["betula", 140, 120]]}"#, to: "labels.json")
        #expect(refusal()?.message.contains("betula") == true)
        try place.write(#"{"a.png": [], "z.png": []}"#, to: "labels.json")
        #expect(refusal()?.message.contains("z.png") == true)
        try writePair("b")
        try place.write(#"{"b.png": [["iva", 140, 120], ["galanthus", 300, 110]]}"#, to: "labels.json")
        #expect(refusal()?.message.contains("says nothing of a.png") == true)
    }

    @Test func picturesThatAreNoneAreRefused() throws {
        try writePair("a")
        try place.write(labels, to: "labels.json")
        try place.write("these are no pixels", to: "optical/a.png")
        #expect(refusal()?.message.contains("is not a picture") == true)
        let whole = try PNG.encode(Slide.four.light().eightBit)
        try place.write(Data(whole.prefix(whole.count / 2)), to: "optical/a.png")
        #expect(refusal()?.code == .unreadable)
    }

    @Test func foldersThatHoldNothingOrAreThereAlreadyAreRefused() throws {
        try place.write("notes", to: "optical/readme.txt")
        try place.write(labels, to: "labels.json")
        #expect(refusal(sem: false)?.message.contains("holds no pictures") == true)
        try writePair("a")
        try place.write("precious", to: "set/notes.txt")
        let error = #expect(throws: PairingError.self) { try run(maker()) }
        #expect(error?.code == .badRequest)
        #expect(try String(contentsOfFile: place.path("set/notes.txt"), encoding: .utf8) == "precious")
    }
}
