internal import Imaging

/// A picture in 8 bits while networks write and read it: all of its rows, or, where only other networks read it, the
/// last few of them in a ring.
///
/// `@unchecked Sendable`: rows are written by one thread while no other reads.
final class Strip: @unchecked Sendable {
    let width: Int
    let height: Int
    let channels: Int
    /// Rows that are held; row y lies at y modulo this.
    private let capacity: Int
    private var samples: [UInt8]
    /// Rows from the top that are written.
    private(set) var finished = 0

    init(width: Int, height: Int, channels: Int, rows: Int) {
        self.width = width
        self.height = height
        self.channels = channels
        capacity = min(height, rows)
        samples = [UInt8](repeating: 0, count: width * channels * capacity)
    }

    /// Writes the next row.
    func append(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        let start = finished % capacity * width * channels
        samples.withUnsafeMutableBufferPointer { body($0.baseAddress! + start) }
        finished += 1
    }

    /// Rows to read, of those that are held.
    func withRows(_ body: ((_ row: Int) -> UnsafePointer<UInt8>) -> Void) {
        samples.withUnsafeBufferPointer { samples in
            body { samples.baseAddress! + $0 % self.capacity * self.width * self.channels }
        }
    }

    /// The whole, where all rows are held and written.
    var picture: Picture<UInt8> {
        precondition(capacity == height && finished == height, "a picture is given out when it is whole")
        return Picture(width: width, height: height, channels: channels, samples: samples)
    }
}
