internal import Quantities

/// Body of `PUT /v1/camera/mode`: a mode that the camera offers, or `automatic` alone.
package struct CameraModeChoice: CheckedRequest, Equatable {
    /// FourCC: `BA81`.
    package var format: String?
    /// Pixels.
    package var width: Int?
    /// Pixels.
    package var height: Int?
    /// As the driver has it when left out.
    package var framesPerSecond: Double?
    /// The program chooses: the best format that the camera offers, as large as it goes.
    package var automatic: Bool?

    package static let automatic: CameraModeChoice = {
        var choice = CameraModeChoice()
        choice.automatic = true
        return choice
    }()

    package init(format: String? = nil, width: Int? = nil, height: Int? = nil, framesPerSecond: Double? = nil) {
        self.format = format
        self.width = width
        self.height = height
        self.framesPerSecond = framesPerSecond
    }

    /// From `FOURCC:WIDTHxHEIGHT` or `FOURCC:WIDTHxHEIGHT@RATE`; nil where the text is none.
    package init?(parsing text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let shape = parts[1].split(separator: "@", omittingEmptySubsequences: false)
        let sides = (shape.first ?? "").lowercased().split(separator: "x", omittingEmptySubsequences: false)
        guard shape.count <= 2, sides.count == 2, let width = Int(sides[0]), let height = Int(sides[1]) else {
            return nil
        }
        self.init(format: String(parts[0]), width: width, height: height)
        guard shape.count == 2 else { return }
        guard let rate = Double(shape[1]) else { return nil }
        framesPerSecond = rate
    }

    /// What is wrong with the choice whatever the camera, or nil.
    package var fault: Problem? {
        func refused(_ detail: String) -> Problem {
            Problem(
                .invalidCameraMode, detail,
                hint: "give format, width and height, as in BA81:1280x1024, or leave the choice to the program")
        }
        if automatic == true {
            return self == .automatic ? nil : refused("the camera's mode was both named and left to the program")
        }
        guard let format, width != nil, height != nil else {
            return refused("the camera's mode lacks its format or its size")
        }
        guard (1...4).contains(format.utf8.count), format.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return refused("a camera's format has one to four characters, not \"\(format)\"")
        }
        let fault =
            Quantity.pictureSide.fault(width, name: "width") ?? Quantity.pictureSide.fault(height, name: "height")
            ?? Quantity.frameRate.fault(framesPerSecond)
        return fault.map { Problem(.invalidCameraMode, $0) }
    }
}
