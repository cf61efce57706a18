import Foundation

/// `losses.csv` of a run: one row a step.
struct LossHistory {
    struct Row: Equatable {
        var step: Int
        var epoch: Int
        var rate: Double
        var losses: AdversarialTraining.Losses
        var seconds: Double
    }

    private(set) var rows: [Row] = []
    private var written = 0
    private let path: String

    static let header = "step,epoch,rate,discriminator,adversarial,features,result,interval,seconds\n"

    init(path: String) { self.path = path }

    /// Reads the rows up to `step` and drops later ones: steps that no checkpoint holds are done again.
    /// - Throws: `.cannotWrite`.
    mutating func resume(at step: Int) throws(TrainingError) {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n")
        let names = lines.first.map { $0.split(separator: ",").map(String.init) } ?? []
        rows = lines.dropFirst().compactMap { line in
            let fields = line.split(separator: ",").map { Double($0) ?? .nan }
            guard fields.count == names.count, fields.allSatisfy(\.isFinite) else { return nil }
            // A column that an earlier version did not write is 0.
            let values = Dictionary(zip(names, fields)) { $1 }
            func value(_ name: String) -> Double { values[name] ?? 0 }
            return Row(
                step: Int(value("step")), epoch: Int(value("epoch")), rate: value("rate"),
                losses: .init(
                    discriminator: value("discriminator"), adversarial: value("adversarial"),
                    features: value("features"), result: value("result"), interval: value("interval")),
                seconds: value("seconds"))
        }.filter { $0.step <= step }
        written = 0
        try write()
    }

    mutating func add(_ row: Row) { rows.append(row) }

    /// Appends the rows that are not in the file yet.
    /// - Throws: `.cannotWrite`.
    mutating func write() throws(TrainingError) {
        guard written > 0 else {
            try AtomicFile.write(Array((Self.header + rows.map(Self.line).joined()).utf8), to: path)
            written = rows.count
            return
        }
        guard written < rows.count else { return }
        do {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: Data(rows[written...].map(Self.line).joined().utf8))
        } catch {
            throw TrainingError(
                .cannotWrite, "\(path) cannot be written: \(error.localizedDescription)",
                hint: "check the folder and the free space")
        }
        written = rows.count
    }

    private static func line(_ row: Row) -> String {
        "\(row.step),\(row.epoch),\(row.rate),\(row.losses.discriminator),\(row.losses.adversarial),"
            + "\(row.losses.features),\(row.losses.result),\(row.losses.interval),\(String(format: "%.3f", row.seconds))\n"
    }
}
