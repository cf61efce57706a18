package import ControlAPI

/// What the fields of late say of the instrument.
extension Microscope {
    package func instrumentReport() async throws(Problem) -> InstrumentReport {
        try await analysis.instrument.report()
    }
}
