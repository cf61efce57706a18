internal import ArgumentParser
internal import Configuration
internal import Quantities
internal import Stage

/// The motor is the administrator's alone: no option and no variable names it, and no client does.
extension ConfigurationFile {
    /// Nil where the file names none.
    func motor() throws -> StageConfiguration? {
        guard let device = try text("motor"), !device.isEmpty else { return nil }
        guard device.hasPrefix("/") else {
            throw ValidationError(
                "motor must be the path of a serial line, as in /dev/serial/by-id/, not \"\(device)\"")
        }
        var motor = StageConfiguration(device: device, limits: [:])
        if let name = try text("motor_firmware") {
            guard let firmware = StageConfiguration.Firmware(rawValue: name) else {
                throw ValidationError(
                    "motor_firmware is \"\(name)\", and must be one of "
                        + StageConfiguration.Firmware.allCases.map(\.rawValue).joined(separator: ", "))
            }
            motor.firmware = firmware
        }
        for axis in StageAxis.allCases {
            if let range = try text("motor_\(axis.rawValue)_um") {
                motor.limits[axis] = try Self.range(range, of: axis)
            }
            if let ratio = try within(1e-6...1, "motor_\(axis.rawValue)_mm_per_um") {
                motor.millimetresPerMicrometre[axis] = ratio
            }
        }
        guard !motor.limits.isEmpty else {
            throw ValidationError(
                "a motor is named and no limits: state motor_z_um = \"-500 500\", where the focus may go, and motor_x_um and "
                    + "motor_y_um where the stage is driven")
        }
        if let baud = try within(1200...1_000_000, "motor_baud") { motor.baud = Int(saturating: baud) }
        if let backlash = try within(0...1000, "motor_backlash_um") { motor.backlashMicrometres = backlash }
        if let speed = try within(0.1...1e6, "motor_um_per_second") { motor.micrometresPerSecond = speed }
        return motor
    }

    private func within(_ range: ClosedRange<Double>, _ key: String) throws -> Double? {
        guard let value = try number(key) else { return nil }
        guard range.contains(value) else {
            throw ValidationError("\(key) is \(value), and must lie in \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// `LOW HIGH`
    private static func range(_ text: String, of axis: StageAxis) throws -> ClosedRange<Double> {
        let ends = text.split(separator: " ").compactMap { Double($0) }
        guard ends.count == 2, ends[0] < ends[1], ends.allSatisfy({ Quantity.stagePosition.holds($0) }) else {
            throw ValidationError(
                "motor_\(axis.rawValue)_um is \"\(text)\", and must be two places in micrometres, the lower one first, as in "
                    + "\"0 25000\"")
        }
        return ends[0]...ends[1]
    }
}
