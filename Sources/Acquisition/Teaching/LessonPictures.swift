internal import ControlAPI
internal import Grains
internal import Pairing
internal import SlideStore
internal import Teaching

/// Pictures and labels of a lesson's fields become a data set: on a thread, which waits for the store.
struct LessonPictures: Sendable {
    let store: SlideStore
    let lesson: Lesson
    let fields: [Int64: FinishedField]
    let nmPerPixel: Double

    /// - Parameter isWanted: asked before each field.
    func write(
        to folder: String, isWanted: @Sendable () -> Bool, progress: (Int) -> Void
    ) throws(Problem) {
        do {
            try lesson.write(to: folder, nmPerPixel: nmPerPixel) { (capture: Int64) throws(Problem) in
                guard isWanted() else { throw Problem(CancellationError()) }
                guard let field = fields[capture], let scale = field.scale else {
                    throw Problem(
                        .teachingRefused, "capture \(capture) is not finished any more",
                        hint: "finish it again, or teach another lens")
                }
                return (try store.waitForColours(ofCapture: capture), scale.nmPerPixel, field.labelled.grains)
            } progress: {
                progress($0)
            }
        } catch let problem as Problem {
            throw problem
        } catch let error as PairingError {
            throw Problem(.storeFailed, error.message, hint: error.hint)
        } catch {
            throw Problem(.internalError, "\(error)", hint: "please report this")
        }
    }
}

extension FinishedField {
    /// What a person left in it.
    var labelled: LabelledField { LabelledField(capture: capture, slide: slide, grains: labels.map(\.label)) }

    /// Grains that count, those that the border cuts or that another field shows too, and what was said not to be one. Where
    /// that lies on a grain it is a wrong outline of it, which was drawn anew, and nothing by itself.
    var labels: [(grain: StoredGrain, label: LabelledField.Grain)] {
        let all = grains.compactMap { grain in grain.label.map { (grain: grain, label: $0) } }
        let masks = all.filter { !$0.grain.isNoGrain }.map { PolygonMask($0.grain.grain.outlinePixels) }
        return all.filter { grain, _ in
            guard grain.isNoGrain else { return true }
            let mask = PolygonMask(grain.grain.outlinePixels)
            return !masks.contains { mask.overlap(with: $0) > Self.wrongOutlineOverlap }
        }
    }

    /// Of its labelled grains of the species, those that the border does not cut.
    func areasUm2(of species: [String]) -> [Double] {
        labels.filter { grain, label in !grain.grain.isOnBorder && species.contains { $0 == label.species } }
            .map(\.grain.grain.areaSquareMicrometres)
    }

    /// Part of the smaller of two outlines.
    private static let wrongOutlineOverlap = 0.2
}

extension StoredGrain {
    /// Whether a person or a rule said that it is no grain.
    fileprivate var isNoGrain: Bool {
        standing.status == .rejected && (standing.reason == "person" || standing.reason == "dirt")
    }

    /// What it is labelled as in a finished field; nil for what is nothing there.
    fileprivate var label: LabelledField.Grain? {
        let isGrain =
            standing.status.isCounted || standing.status == .double
            || (standing.status == .rejected && standing.reason == "border")
        guard isGrain || isNoGrain else { return nil }
        return LabelledField.Grain(
            species: isGrain && standing.species != GrainReport.unidentified ? standing.species : nil,
            outline: grain.outlinePixels.map { SIMD2($0.x, $0.y) })
    }
}
