internal import Foundation
package import Imaging
package import Logging
internal import Quantities

/// Captures from a V4L2 device and describes what came, for checks against a known test pattern.
package enum CameraProbe {
    package struct Report: Sendable, Codable {
        /// As a frame source names itself, with driver and card.
        package var name: String
        /// What was negotiated; nil if the device never streamed.
        package var mode: CameraMode?
        package var captures: [Capture]
    }

    /// One triggered capture: a frame, or an error.
    package struct Capture: Sendable, Codable {
        package var triggeredAtNs: Int64
        package var frame: Field?
        package var error: Failure?
    }

    package struct Failure: Sendable, Codable {
        /// `CameraError.Code`.
        package var code: String
        package var message: String
        package var hint: String
    }

    package struct Field: Sendable, Codable {
        package var sequence: UInt32
        /// Start of exposure or its earliest bound, CLOCK_MONOTONIC.
        package var exposedAtNs: Int64
        /// "mosaic rggb", "grey" or "rgb".
        package var kind: String
        package var bitDepth: Int
        package var width: Int
        package var height: Int
        package var accounting: FrameAccounting
        /// Of eight equal vertical bars from left to right, the mean red, green and blue, 0...1 of full range, over
        /// the middle half of each bar's columns.
        package var barMeans: [[Double]]
        /// Where the picture was written; nil without an output folder.
        package var file: String?
    }

    /// Captures frames one after another. An error is recorded, and the device then given time to come back.
    /// - Parameters:
    ///   - device: "/dev/video0".
    ///   - settings: controls set, in order, before the first frame; buttons take any value.
    ///   - frames: captures to make, failed ones included.
    ///   - patience: how long to wait for the device at the start and after each error.
    ///   - output: an existing folder for "frame-0.png" and so on.
    package static func run(
        device: String, configuration: CameraConfiguration = CameraConfiguration(),
        settings: [(name: String, value: Int64)] = [], frames: Int = 1, patience: Duration = .seconds(10),
        output: String? = nil, logger: Logger = Logger(label: "camera-probe")
    ) async throws -> Report {
        let source = try V4L2Source(path: device, configuration: configuration, logger: logger)
        await wait(for: source, patience)
        for (name, value) in settings { _ = try await source.setControl(name, to: value) }
        var captures: [Capture] = []
        for index in 0..<frames {
            let triggeredAt = MonotonicInstant.now.nanoseconds
            do throws(CameraError) {
                let frame = try await source.triggeredFrame()
                let file = output.map { "\($0)/frame-\(index).png" }
                captures.append(Capture(triggeredAtNs: triggeredAt, frame: describe(frame, file: file)))
                if let file { try write(frame, to: file) }
            } catch {
                let failure = Failure(code: error.code.rawValue, message: error.message, hint: error.hint)
                captures.append(Capture(triggeredAtNs: triggeredAt, error: failure))
                if index + 1 < frames { await wait(for: source, patience) }
            }
        }
        let report = Report(name: source.name, mode: await source.mode(), captures: captures)
        await source.close()
        return report
    }

    /// Mean colours of eight vertical bars, as `Field.barMeans`.
    package static func barMeans(_ content: PNG.Content) -> [[Double]] {
        let rgb = content.rgb
        return (0..<8).map { bar in
            let width = Double(rgb.width) / 8
            let left = Int(saturating: (Double(bar) + 0.25) * width)
            let columns = left..<max(left + 1, Int(saturating: (Double(bar) + 0.75) * width))
            var sums = [0.0, 0.0, 0.0]
            for y in 0..<rgb.height {
                for x in columns {
                    for channel in 0..<3 { sums[channel] += Double(rgb[x, y, channel]) }
                }
            }
            return sums.map { $0 / Double(columns.count * rgb.height) }
        }
    }

    private static func describe(_ frame: Frame, file: String?) -> Field {
        let kind =
            switch frame.pixels {
            case .mosaic(_, let pattern): "mosaic \(pattern.rawValue)"
            case .grey: "grey"
            case .rgb: "rgb"
            }
        return Field(
            sequence: frame.sequence, exposedAtNs: frame.exposedAt.nanoseconds, kind: kind, bitDepth: frame.bitDepth,
            width: frame.width, height: frame.height, accounting: frame.accounting,
            barMeans: barMeans(frame.colour()), file: file)
    }

    private static func write(_ frame: Frame, to file: String) throws(CameraError) {
        do {
            try Data(try PNG.encode(frame.colour())).write(to: URL(fileURLWithPath: file))
        } catch {
            throw CameraError(
                .system, operation: "write", "\(file) cannot be written: \(error)",
                hint: "make the folder first, and room on the disk")
        }
    }

    private static func wait(for source: V4L2Source, _ patience: Duration) async {
        let deadline = ContinuousClock.now + patience
        while await source.state() != .streaming, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
