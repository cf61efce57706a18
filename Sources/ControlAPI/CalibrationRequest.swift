internal import Quantities

/// Body of `POST /v1/camera/calibrations`: an objective and exactly one way to its scale.
package struct CalibrationRequest: CheckedRequest, Equatable {
    /// Name of the objective: `20x`.
    package var objective: String
    /// Of the sensor, together with `magnification`.
    package var pixelPitchUm: Double?
    /// Between slide and sensor, adapter included.
    package var magnification: Double?
    /// Sensor pixels to a picture's pixel, along one side; 1 when left out.
    package var binning: Int?
    /// Distance of a stage micrometer's lines, which the camera must show: the daemon captures a frame and measures.
    package var stageMicrometerDivisionUm: Double?
    /// The scale itself.
    package var nmPerPixel: Double?
    package var note: String?

    package init(
        objective: String, pixelPitchUm: Double? = nil, magnification: Double? = nil, binning: Int? = nil,
        stageMicrometerDivisionUm: Double? = nil, nmPerPixel: Double? = nil, note: String? = nil
    ) {
        self.objective = objective
        self.pixelPitchUm = pixelPitchUm
        self.magnification = magnification
        self.binning = binning
        self.stageMicrometerDivisionUm = stageMicrometerDivisionUm
        self.nmPerPixel = nmPerPixel
        self.note = note
    }

    /// What is wrong with the request whatever the camera, or nil.
    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidCalibration, detail, hint: hint) }
        if objective.isEmpty { return refused("the objective has no name", "name it, as in 20x") }
        let isByPitch = pixelPitchUm != nil || magnification != nil || binning != nil
        let ways = [isByPitch, stageMicrometerDivisionUm != nil, nmPerPixel != nil].count { $0 }
        if ways != 1 {
            return refused(
                "the scale was given in \(ways == 0 ? "no way" : "\(ways) ways")",
                "give pixel pitch and magnification, or a stage micrometer's division, or nm per pixel")
        }
        if isByPitch, pixelPitchUm == nil || magnification == nil {
            return refused("pixel pitch and magnification go together", "give both")
        }
        let fault =
            Quantity.pixelPitch.fault(pixelPitchUm) ?? Quantity.magnification.fault(magnification)
            ?? Quantity.binning.fault(binning) ?? Quantity.stageMicrometerDivision.fault(stageMicrometerDivisionUm)
            ?? Quantity.scale.fault(scaleByPitch, name: "scale by pitch and magnification")
            ?? Quantity.scale.fault(nmPerPixel)
        return fault.map { Problem(.invalidCalibration, $0) }
    }

    private var scaleByPitch: Double? {
        guard let pixelPitchUm, let magnification else { return nil }
        return 1000 * pixelPitchUm * Double(binning ?? 1) / magnification
    }
}
