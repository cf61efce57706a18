import Quantities

extension CameraControl {
    /// "Exposure Time, Absolute" -> "exposure_time_absolute": lower case, everything but letters and digits an
    /// underscore between words.
    package static func normalise(_ name: String) -> String {
        name.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: "_")
    }

    /// Whether a value may be set now.
    /// - Throws: `.badControl` for a control that cannot be set, `.outOfRange` naming range, step or menu.
    package func check(_ value: Int64) throws(CameraError) {
        if isReadOnly {
            throw CameraError(
                .badControl, operation: "VIDIOC_S_EXT_CTRLS", "the control \(name) is read-only",
                hint: "the camera sets it itself; choose another control")
        }
        if isInactive {
            throw CameraError(
                .badControl, operation: "VIDIOC_S_EXT_CTRLS", "the control \(name) has no effect now",
                hint: "switch the automatic control that governs it to manual first")
        }
        func outOfRange(_ hint: String) -> CameraError {
            CameraError(
                .outOfRange, operation: "VIDIOC_S_EXT_CTRLS", "\(value) is out of range for the control \(name)",
                hint: hint)
        }
        switch kind {
        case .button: return
        case .boolean:
            guard value == 0 || value == 1 else { throw outOfRange("give 0 (off) or 1 (on)") }
        case .menu, .integerMenu:
            guard menu.contains(where: { $0.value == value }) else {
                throw outOfRange("give one of " + menu.map { "\($0.value) (\($0.label))" }.joined(separator: ", "))
            }
        case .bitmask:
            guard value & ~maximum == 0 else { throw outOfRange("give a combination of the bits of \(maximum)") }
        case .integer:
            let steps = step > 1 ? " in steps of \(step)" : ""
            guard (minimum...max(minimum, maximum)).contains(value),
                step <= 1 || UInt64(bitPattern: value &- minimum) % UInt64(step) == 0
            else { throw outOfRange("give \(minimum) to \(maximum)\(steps)") }
        }
    }
}
