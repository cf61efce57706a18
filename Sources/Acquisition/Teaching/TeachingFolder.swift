internal import ControlAPI
internal import Foundation
internal import Lens
internal import Quantities
internal import Teaching

/// Where a teaching keeps what it needs until it is deleted: `teachings/ID` of the state folder.
struct TeachingFolder: Sendable {
    let path: String
    /// Of the lens, which is called as its folder is.
    let name: String

    init(state: String, id: Int64, name: String) {
        path = "\(state)/teachings/\(id)"
        self.name = name
    }

    /// The data set.
    var data: String { path + "/data" }
    /// The weights that it starts from.
    var start: String { path + "/start.safetensors" }
    var lens: String { "\(path)/lens/\(name)" }
    var runs: String { path + "/runs" }
    /// Of a lens that was taught from the first fields alone.
    func lens(ofPart fields: Int) -> String { "\(path)/parts/\(fields)/\(name)" }
    func runs(ofPart fields: Int) -> String { "\(path)/parts/\(fields).runs" }
    var losses: String { runs + "/labelling/losses.csv" }
    func log(_ work: String) -> String { "\(path)/\(work).log" }
    func evaluation(_ lens: String) -> String { "\(path)/evaluation/\(lens)" }

    var isDataComplete: Bool { FileManager.default.fileExists(atPath: data + "/dataset.json") }

    /// Whether the training has sealed its lens.
    func isComplete(lens: String) -> Bool {
        let path = lens + "/lens.json"
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)) else { return false }
        return (try? LensManifest.decode(bytes, path: path))?.testVector != nil
    }

    func make() throws(Problem) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Problem(
                .storeFailed, "\(path) cannot be made: \(error.localizedDescription)",
                hint: "check that the state folder can be written to and that the disk has room")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// What a daemon that was killed left half written.
    func removePartial() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] where name.contains(".partial-")
        {
            try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
    }

    /// The last line of a log, without the program's name.
    func complaint(_ work: String) -> String? {
        guard let text = try? String(contentsOfFile: log(work), encoding: .utf8),
            let line = text.split(separator: "\n").last(where: {
                $0.hasPrefix("neurallens-lab: ") && !$0.contains(": warning: ")
            })
        else { return nil }
        return String(line.dropFirst("neurallens-lab: ".count))
    }

    /// The loss's curve, from `losses.csv`, in at most `points` points.
    func curve(points: Int = 200) -> [TeachingJob.Loss] {
        guard let text = try? String(contentsOfFile: losses, encoding: .utf8) else { return [] }
        let lines = text.split(separator: "\n")
        let names = lines.first.map { $0.split(separator: ",") } ?? []
        guard let step = names.firstIndex(of: "step"), let result = names.firstIndex(of: "result") else { return [] }
        let rows = lines.dropFirst().compactMap { line -> TeachingJob.Loss? in
            let values = line.split(separator: ",")
            guard values.count == names.count, let step = Int(values[step]), let loss = Double(values[result]),
                loss.isFinite
            else { return nil }
            return TeachingJob.Loss(step: step, loss: loss)
        }
        let stride = max(1, (rows.count + points - 1) / points)
        return Swift.stride(from: 0, to: rows.count, by: stride).map { first in
            let part = rows[first..<min(first + stride, rows.count)]
            return TeachingJob.Loss(
                step: part.last!.step, loss: part.reduce(0) { $0 + $1.loss } / Double(part.count))
        }
    }
}
