import Pairing
import Teaching
import Testing

/// Which fields a lens is taught from and which it is judged by.
@Suite struct LessonTests {
    static let known = [
        Lesson.Candidate(key: "iva", name: "Iva xanthiifolia", colour: "#ff0000"),
        Lesson.Candidate(key: "galanthus", name: "Galanthus", colour: "#0000ff"),
    ]

    static func field(_ capture: Int64, _ slide: String, _ species: String?...) -> LabelledField {
        LabelledField(
            capture: capture, slide: slide,
            grains: species.enumerated().map { index, key in
                let x = Double(index) * 40 + 20
                return .init(
                    species: key,
                    outline: [[x, 20], [x + 20, 20], [x + 20, 40], [x, 40]].map { SIMD2($0[0], $0[1]) })
            })
    }

    private func lesson(
        _ fields: [LabelledField], heldOut: [String] = [], chosen: [String] = [], start: [String: Int] = [:]
    ) throws(TeachingError) -> Lesson {
        let slides = fields.map(\.slide).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return try Lesson(
            fields, slides: slides.filter { !heldOut.contains($0) }, heldOut: heldOut, chosen: chosen,
            known: Self.known, start: start)
    }

    @Test func aSlideIsHeldOutWholeNeverInPart() throws {
        let fields = [
            Self.field(1, "a", "iva", "galanthus"), Self.field(2, "a", "iva"),
            Self.field(3, "b", "iva", "galanthus", "galanthus", "galanthus"),
            Self.field(4, "c", "iva"),
        ]
        let lesson = try lesson(fields)
        // c shows one species alone; of a and b, a has fewer grains.
        #expect(lesson.fields.filter(\.isHeldOut).map(\.capture) == [1, 2] && !lesson.isOfSameSlides)
        #expect(lesson.remarks.count == 1 && lesson.remarks[0].contains("\"a\" was held out by rule"))
        let grains = Dictionary(uniqueKeysWithValues: lesson.grains.map { ($0.species, [$0.taught, $0.heldOut]) })
        #expect(grains == ["iva": [2, 2], "galanthus": [3, 1]])
        let given = try self.lesson(fields, heldOut: ["b"])
        #expect(given.fields.filter(\.isHeldOut).map(\.capture) == [3] && given.remarks.isEmpty)
        for slide in ["a", "b", "c"] {
            #expect(Set(given.fields.filter { $0.slide == slide }.map(\.isHeldOut)).count == 1)
        }
    }

    @Test func ofASingleSlideFieldsAreHeldOutAndItIsSaid() throws {
        let fields = (1...11).map { Self.field($0, "a", "iva", "galanthus") }
        let lesson = try lesson(fields)
        #expect(lesson.fields.count { $0.isHeldOut } == 2 && lesson.isOfSameSlides)
        #expect(lesson.remarks.contains { $0.contains("flatters") })
        // The one field with the second species is needed.
        let rare = try self.lesson([Self.field(1, "a", "iva"), Self.field(2, "a", "iva", "galanthus")])
        #expect(rare.fields.filter(\.isHeldOut).map(\.capture) == [1])
        #expect(rare.remarks.contains { $0.contains("no grain of Galanthus") })
    }

    @Test func slidesOfOneSpeciesEachAreDividedByFields() throws {
        let lesson = try lesson([
            Self.field(1, "a", "iva"), Self.field(2, "a", "iva"), Self.field(3, "b", "galanthus"),
            Self.field(4, "b", "galanthus"),
        ])
        #expect(lesson.isOfSameSlides && lesson.fields.count { $0.isHeldOut } == 2)
        #expect(lesson.grains.allSatisfy { $0.taught == 1 && $0.heldOut == 1 })
    }

    @Test func channelsOfTheLensThatItStartsFromStay() throws {
        let fields = [Self.field(1, "a", "iva", "galanthus", nil), Self.field(2, "b", "iva", "galanthus")]
        let lesson = try lesson(fields, start: ["iva": 0, "galanthus": 2])
        #expect(lesson.species.map(\.key) == ["iva", "galanthus"] && lesson.species.map(\.mapChannel) == [0, 2])
        #expect(lesson.otherChannel == 1 && lesson.species[1].name == "Galanthus")
        let birch = try self.lesson(
            [Self.field(1, "a", "betula", "iva"), Self.field(2, "b", "betula", "iva")],
            start: ["iva": 0, "galanthus": 2])
        #expect(birch.species.map(\.key) == ["iva", "betula"] && birch.species.map(\.mapChannel) == [0, 1])
        #expect(birch.otherChannel == 2)
        // A third and fourth species are other objects where two are named.
        let two = try self.lesson(
            [Self.field(1, "a", "iva", "galanthus", "x", "y"), Self.field(2, "b", "iva", "galanthus", "x", "y")],
            chosen: ["iva", "galanthus"])
        #expect(two.species.count == 2 && two.otherChannel != nil)
    }

    @Test func whatDoesNotSufficeIsRefusedInASentence() throws {
        func refusal(_ body: () throws(TeachingError) -> Lesson) -> String {
            do throws(TeachingError) {
                _ = try body()
                return "not refused"
            } catch {
                #expect(!error.hint.isEmpty)
                return error.message
            }
        }
        let a = Self.field(1, "a", "iva", "galanthus"), b = Self.field(2, "b", "iva", "galanthus")
        func fields(_ all: LabelledField...) -> String { refusal { () throws(TeachingError) in try lesson(all) } }
        #expect(
            refusal { () throws(TeachingError) in
                try Lesson([a], slides: ["a", "z"], heldOut: [], chosen: [], known: [])
            }.contains("\"z\" has no finished field"))
        #expect(fields(Self.field(1, "a"), Self.field(2, "b")).contains("no grain of any species"))
        #expect(fields(Self.field(1, "a", "iva"), Self.field(2, "b", "iva")).contains("only iva is labelled"))
        #expect(fields(Self.field(1, "a", "p", "q", "r", "s"), b).contains("a lens's map holds 3"))
        #expect(fields(a).contains("only one field is finished"))
        #expect(
            refusal { () throws(TeachingError) in try lesson([a, b], chosen: ["betula"]) }.contains("\"betula\""))
        #expect(
            refusal { () throws(TeachingError) in
                try lesson([Self.field(1, "a", "iva"), b], heldOut: ["b"])
            }.contains("no grain of Galanthus"))
        #expect(
            refusal { () throws(TeachingError) in
                try Lesson([a, b], slides: ["a"], heldOut: ["a", "b"], chosen: [], known: [])
            }.contains("all slides are held out"))
        // Said so, one species is enough.
        _ = try lesson([Self.field(1, "a", "iva"), Self.field(2, "b", "iva")], chosen: ["iva"])
    }

    @Test func theFirstFieldsAreOfManySlides() throws {
        let fields = [
            Self.field(1, "a", "iva", "galanthus"), Self.field(2, "a", "iva"), Self.field(3, "a", "iva"),
            Self.field(4, "b", "iva", "galanthus"), Self.field(5, "b", "iva"), Self.field(6, "c", "iva", "galanthus"),
        ]
        let lesson = try lesson(fields, heldOut: ["c"])
        #expect(lesson.taughtInTurn.map(\.capture) == [1, 4, 2, 5, 3])
        #expect(lesson.partsOfCurve == [1, 2])
        let few = try self.lesson(Array(fields[3...]), heldOut: ["c"])
        #expect(few.partsOfCurve == [1])
    }
}
