internal import Quantities

/// Body of `POST /v1/captures`.
package struct CaptureRequest: CheckedRequest, Equatable {
    package var slide: String
    /// Fields to capture; 1 when left out.
    package var count: Int
    /// Time from the start of one capture to the start of the next, at least; 0 when left out.
    package var intervalSeconds: Double
    /// Stage position of the field's upper left corner, to the right. Together with `stageYUm`, and for a single
    /// field only.
    package var stageXUm: Double?
    /// Stage position of the field's upper left corner, downwards.
    package var stageYUm: Double?

    /// Each field is the next one that the slide's sampling plan has; not where it is left out.
    package var planned: Bool?
    /// Of `planned` fields: those of this band only.
    package var band: Int?

    /// Each field is fused from frames that are taken while the focus moves; null: each is one frame.
    package var focusSweep: FocusSweep?

    /// How the frames of a sweep are taken.
    package struct FocusSweep: Codable, Sendable, Equatable {
        /// 20 when left out.
        package var frames: Int
        /// From the first frame to the last, while a hand turns the focus; 20 when left out.
        package var seconds: Double
        /// From the lowest to the highest plane, where a motor moves the focus; 20 when left out.
        package var spanUm: Double

        package init(frames: Int = 20, seconds: Double = 20, spanUm: Double = 20) {
            self.frames = frames
            self.seconds = seconds
            self.spanUm = spanUm
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let usual = Self()
            frames = try container.decodeIfPresent(Int.self, forKey: .frames) ?? usual.frames
            seconds = try container.decodeIfPresent(Double.self, forKey: .seconds) ?? usual.seconds
            spanUm = try container.decodeIfPresent(Double.self, forKey: .spanUm) ?? usual.spanUm
        }

        private enum CodingKeys: CodingKey { case frames, seconds, spanUm }
    }

    package init(
        slide: String, count: Int = 1, intervalSeconds: Double = 0, stageXUm: Double? = nil, stageYUm: Double? = nil,
        planned: Bool? = nil, band: Int? = nil, focusSweep: FocusSweep? = nil
    ) {
        self.focusSweep = focusSweep
        self.planned = planned
        self.band = band
        self.slide = slide
        self.count = count
        self.intervalSeconds = intervalSeconds
        self.stageXUm = stageXUm
        self.stageYUm = stageYUm
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        slide = try container.decode(String.self, forKey: .slide)
        count = try container.decodeIfPresent(Int.self, forKey: .count) ?? 1
        intervalSeconds = try container.decodeIfPresent(Double.self, forKey: .intervalSeconds) ?? 0
        stageXUm = try container.decodeIfPresent(Double.self, forKey: .stageXUm)
        stageYUm = try container.decodeIfPresent(Double.self, forKey: .stageYUm)
        planned = try container.decodeIfPresent(Bool.self, forKey: .planned)
        band = try container.decodeIfPresent(Int.self, forKey: .band)
        focusSweep = try container.decodeIfPresent(FocusSweep.self, forKey: .focusSweep)
    }

    /// What is wrong with the request whatever the slide, or nil.
    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem {
            Problem(.invalidCaptureRequest, detail, hint: hint)
        }
        let fault =
            Quantity.captures.fault(count) ?? Quantity.captureInterval.fault(intervalSeconds)
            ?? Quantity.stagePosition.fault(stageXUm, name: "stage position x")
            ?? Quantity.stagePosition.fault(stageYUm, name: "stage position y")
        if let fault { return Problem(.invalidCaptureRequest, fault) }
        if let focusSweep {
            let fault =
                Quantity.sweepFrames.fault(focusSweep.frames) ?? Quantity.sweepTime.fault(focusSweep.seconds)
                ?? Quantity.sweepSpan.fault(focusSweep.spanUm)
            if let fault { return Problem(.invalidCaptureRequest, fault) }
        }
        guard (stageXUm == nil) == (stageYUm == nil) else {
            return refused("half a stage position was given", "give x and y, or neither")
        }
        guard stageXUm == nil || count == 1 else {
            return refused("one stage position was given for \(count) fields", "capture one field at a position")
        }
        if let band {
            if let fault = Quantity.sampleBands.fault(band, name: "band") {
                return Problem(.invalidCaptureRequest, fault)
            }
            guard planned == true else {
                return refused("a band was given for fields that are not planned", "capture planned fields")
            }
        }
        return nil
    }

    private enum CodingKeys: CodingKey {
        case slide, count, intervalSeconds, stageXUm, stageYUm, planned, band, focusSweep
    }
}
