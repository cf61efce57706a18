import Foundation

/// Fields of a supply, made when they are first asked for and kept as far as memory is granted.
final class FieldCache {
    private let make: (Int) throws(TrainingError) -> FieldPictures
    private var kept: [Int: FieldPictures] = [:]
    private var room: Int

    /// - bytes: of pictures kept; an eighth of the machine's memory by default.
    init(
        bytes: Int = Int(clamping: ProcessInfo.processInfo.physicalMemory / 8),
        make: @escaping (Int) throws(TrainingError) -> FieldPictures
    ) {
        self.make = make
        room = bytes
    }

    /// - Throws: `.unreadable`, `.badDataSet`.
    func field(_ number: Int) throws(TrainingError) -> FieldPictures {
        if let field = kept[number] { return field }
        let field = try make(number)
        if field.byteCount <= room {
            room -= field.byteCount
            kept[number] = field
        }
        return field
    }
}
