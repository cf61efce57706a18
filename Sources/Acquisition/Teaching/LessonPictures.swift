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
    /// What a person left in it: grains that count, those that the border cuts or that another field shows too, and what was
    /// said not to be one.
    var labelled: LabelledField {
        LabelledField(capture: capture, slide: slide, grains: grains.compactMap(\.label))
    }
}

extension StoredGrain {
    /// What it is labelled as in a finished field; nil for what is nothing there.
    var label: LabelledField.Grain? {
        let isGrain =
            standing.status.isCounted || standing.status == .double
            || (standing.status == .rejected && standing.reason == "border")
        let isOther = standing.status == .rejected && (standing.reason == "person" || standing.reason == "dirt")
        guard isGrain || isOther else { return nil }
        return LabelledField.Grain(
            species: isGrain && standing.species != GrainReport.unidentified ? standing.species : nil,
            outline: grain.outlinePixels.map { SIMD2($0.x, $0.y) })
    }
}
