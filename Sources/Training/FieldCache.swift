import Foundation

/// The fields of a split, read when they are first asked for and kept as far as memory is granted.
final class FieldCache {
    let names: [String]
    private let set: TrainingSet
    private let needsElectron: Bool
    private let prepare: (inout FieldPictures) -> Void
    private var kept: [String: FieldPictures] = [:]
    private var room: Int

    /// - bytes: of pictures kept; an eighth of the machine's memory by default.
    /// - prepare: applied to each field once it is read.
    init(
        _ names: [String], of set: TrainingSet, needsElectron: Bool,
        bytes: Int = Int(clamping: ProcessInfo.processInfo.physicalMemory / 8),
        prepare: @escaping (inout FieldPictures) -> Void
    ) {
        self.names = names
        self.set = set
        self.needsElectron = needsElectron
        self.prepare = prepare
        room = bytes
    }

    /// - Throws: `.unreadable`, `.badDataSet`.
    func field(_ name: String) throws(TrainingError) -> FieldPictures {
        if let field = kept[name] { return field }
        var field = try FieldPictures(name, of: set, electron: needsElectron)
        prepare(&field)
        if field.byteCount <= room {
            room -= field.byteCount
            kept[name] = field
        }
        return field
    }
}
