/// A controller that speaks G-code over a serial line, as the administrator describes it.
package struct StageConfiguration: Sendable, Equatable {
    /// What the controller runs.
    package enum Firmware: String, Sendable, CaseIterable {
        case grbl, marlin
    }

    /// `/dev/serial/by-id/...`
    package var device: String
    package var firmware: Firmware
    package var baud: Int
    /// Where axes may go, in µm; what is missing is not driven.
    package var limits: [StageAxis: ClosedRange<Double>]
    /// What the controller calls a millimetre may be a turn of the fine focus: its millimetres a true µm.
    package var millimetresPerMicrometre: [StageAxis: Double]
    package var backlashMicrometres: Double
    package var micrometresPerSecond: Double
    /// How long an answer may take.
    package var patience: Duration

    package init(
        device: String, firmware: Firmware = .grbl, baud: Int = 115_200, limits: [StageAxis: ClosedRange<Double>],
        millimetresPerMicrometre: [StageAxis: Double] = [:], backlashMicrometres: Double = 0,
        micrometresPerSecond: Double = 1000, patience: Duration = .seconds(2)
    ) {
        self.device = device
        self.firmware = firmware
        self.baud = baud
        self.limits = limits
        self.millimetresPerMicrometre = millimetresPerMicrometre
        self.backlashMicrometres = backlashMicrometres
        self.micrometresPerSecond = micrometresPerSecond
        self.patience = patience
    }

    func millimetres(_ axis: StageAxis, _ micrometres: Double) -> Double {
        micrometres * (millimetresPerMicrometre[axis] ?? 0.001)
    }

    func micrometres(_ axis: StageAxis, _ millimetres: Double) -> Double {
        millimetres / (millimetresPerMicrometre[axis] ?? 0.001)
    }
}
