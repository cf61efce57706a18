import Foundation
import Imaging
import Pairing
import Teaching
import Testing

/// What a lesson writes for `neurallens-lab`.
@Suite struct LessonDatasetTests {
    @Test func fieldsAndOutlinesComeToTheLensesScale() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lesson-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fields = [
            LessonTests.field(7, "a", "iva", "galanthus", nil), LessonTests.field(9, "b", "iva", "galanthus"),
        ]
        let lesson = try Lesson(
            fields, slides: ["a"], heldOut: ["b"], chosen: [], known: LessonTests.known,
            start: ["iva": 0, "galanthus": 2])
        let light = Picture<UInt8>(width: 160, height: 64, channels: 3, filledWith: 200)
        try lesson.write(to: folder, nmPerPixel: 100) { (capture: Int64) throws(PairingError) in
            (light, 200, fields.first { $0.capture == capture }!.grains)
        }
        let data = try DatasetFolder(path: folder)
        #expect(data.dataset.splits == .init(train: ["00000"], test: ["00001"]))
        #expect(data.dataset.nmPerPixel == 100 && data.dataset.otherChannel == 1)
        let map = try data.picture(.map, "00000")
        #expect(map.width == 320 && map.height == 128)
        // Middles of the three grains: species in their channels, what is none in that of others.
        func channels(_ x: Int, _ y: Int) -> [Float] { (0..<3).map { map[x, y, $0] } }
        #expect(channels(60, 60) == [1, 0, 0] && channels(140, 60) == [0, 0, 1] && channels(220, 60) == [0, 1, 0])
        #expect(channels(20, 60) == [0, 0, 0])
        let truth = try #require(try data.truth("00000"))
        #expect(truth.grains.map(\.species) == ["iva", "galanthus"] && truth.others.count == 1)
        let table = try String(contentsOfFile: folder + "/fields.csv", encoding: .utf8)
        #expect(table.contains("00000,train,\"a\",\"capture 7\"") && table.contains("00001,test,\"b\",\"capture 9\""))
    }

    @Test func aRecipeTeachesTheMakeThatItStartsFrom() throws {
        let recipe = try TrainingRecipe(.usual, smallestSide: 2220, steps: nil, minutes: nil, startsFromWeights: true)
        #expect(recipe.size == 256 && recipe.steps == 2000 && recipe.batch == 4)
        let arguments = recipe.arguments(dataset: "d", lens: "l", runs: "r", start: "s")
        #expect(arguments.starts(with: ["train", "d", "-o", "l", "--runs", "r", "--network", "labelling", "--resume"]))
        #expect(arguments.contains("--divide-by-glass") && arguments.suffix(2) == ["--from", "s"])
        // Small fields take small pictures; too small ones none.
        #expect(
            try TrainingRecipe(.usual, smallestSide: 600, steps: 5, minutes: nil, startsFromWeights: false).size == 128)
        #expect(throws: TeachingError.self) {
            try TrainingRecipe(.usual, smallestSide: 400, steps: 5, minutes: nil, startsFromWeights: false)
        }
        // Smaller species than those that the start knows are no dirt; larger ones do not make dirt a grain.
        #expect(TrainingRecipe.Make.usual.finding(grainsOf: [90, 80, 200]).minimumGrainAreaUm2 == 40)
        #expect(TrainingRecipe.Make.usual.finding(grainsOf: [900]).minimumGrainAreaUm2 == 60)
        #expect(TrainingRecipe.Make.usual.finding(grainsOf: []) == .usual)
        // One of an earlier version is still read.
        var keys = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(recipe)) as? [String: Any])
        for key in ["balance", "dropout", "stain"] { keys[key] = nil }
        let earlier = try JSONDecoder().decode(
            TrainingRecipe.self, from: JSONSerialization.data(withJSONObject: keys))
        #expect(earlier.make == recipe.make && earlier.dropout == nil)
        #expect(!earlier.arguments(dataset: "d", lens: "l", runs: "r", start: "s").contains("--balance"))
        let timed = try TrainingRecipe(.usual, smallestSide: 2220, steps: nil, minutes: 3, startsFromWeights: false)
        let words = timed.arguments(dataset: "d", lens: "l", runs: "r", start: "s")
        #expect(words.contains("--minutes") && !words.contains("--steps") && !words.contains("--from"))
    }

    /// Against R's `prop.test(8, 10, correct = FALSE)` (Wilson's interval): 0.4901625, 0.9433178.
    @Test func intervalsAreWilsons() throws {
        let share = try #require(Judgement.Share(8, of: 10))
        #expect(abs(share.low - 0.4901625) < 1e-6 && abs(share.high - 0.9433178) < 1e-6)
        #expect(Judgement.Share(0, of: 0) == nil && Judgement.Share(0, of: 5)?.low == 0)
        let score = Judgement.Score(actual: 10, counted: 9, matched: 8)
        let f1 = try #require(score.f1)
        #expect(abs(f1.value - 2 * 8 / 19) < 1e-12 && f1.low < f1.value && f1.value < f1.high)
    }

    @Test func aModelCardSaysWhatIsKnown() throws {
        let fields = [LessonTests.field(7, "a*b", "iva", "galanthus"), LessonTests.field(9, "b", "iva", "galanthus")]
        let lesson = try Lesson(fields, slides: ["a*b", "b"], heldOut: [], chosen: [], known: LessonTests.known)
        let recipe = try TrainingRecipe(.usual, smallestSide: 2220, steps: 10, minutes: nil, startsFromWeights: true)
        let text = ModelCard(
            name: "mine", lesson: lesson, recipe: recipe, start: "the lens worlds", by: "anna uid=1", at: "2026-11-30",
            steps: 10, judgement: nil, before: nil
        ).text
        for part in [
            "# Model card: mine", "a\\*b (1 field)", "10 steps of 4", "Starts from the lens worlds", "by rule",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }
}
