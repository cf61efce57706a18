import Imaging

/// The labels of one picture, with where they come from.
struct Labels {
    let all: [Label]
    let file: LabelFile
    let picture: String

    /// The labels in pixels; throws where they cannot belong to the picture that they are of.
    func fitting(_ content: PNG.Content, nmPerPixel: Double) throws(PairingError) -> [Label] {
        let (width, height) = (content.width, content.height)
        if let size = file.size(of: picture), size != (width, height) {
            throw file.fault(
                "it is of a picture \(picture) of \(size.width) x \(size.height) pixels, and the one there has "
                    + "\(width) x \(height): label the picture that is used")
        }
        let labels = all.map { $0.inPixels(width: width, height: height, nmPerPixel: nmPerPixel) }
        let faults = labels.compactMap { label in
            label.fault(width: width, height: height, named: picture).map { "\(label.place) \($0)" }
        }
        if let first = faults.first {
            throw file.fault(faults.count == 1 ? first : "\(first), and so do \(faults.count - 1) more")
        }
        return labels
    }
}
