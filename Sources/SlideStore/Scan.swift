package import Foundation

/// A rectangle of a slide that a motor goes over field by field.
package struct Scan: Sendable, Equatable, Identifiable {
    package enum State: String, Sendable, Equatable {
        case running, paused, done, cancelled

        package var isFinal: Bool { self == .done || self == .cancelled }
    }

    /// What was asked for.
    package struct Wish: Sendable, Equatable {
        /// Of the first field's upper left corner, in µm.
        package var xMicrometres: Double
        package var yMicrometres: Double
        /// From field to field, in µm.
        package var stepXMicrometres: Double
        package var stepYMicrometres: Double
        package var columns: Int
        package var rows: Int

        package init(
            xMicrometres: Double, yMicrometres: Double, stepXMicrometres: Double, stepYMicrometres: Double,
            columns: Int,
            rows: Int
        ) {
            self.xMicrometres = xMicrometres
            self.yMicrometres = yMicrometres
            self.stepXMicrometres = stepXMicrometres
            self.stepYMicrometres = stepYMicrometres
            self.columns = columns
            self.rows = rows
        }

        package var fields: Int { columns * rows }

        /// The way goes to the right in one row and to the left in the next.
        /// - Parameter number: from 0.
        package func place(_ number: Int) -> ScanPlace {
            let (row, along) = number.quotientAndRemainder(dividingBy: columns)
            let column = row % 2 == 0 ? along : columns - 1 - along
            return ScanPlace(
                number: number, xMicrometres: xMicrometres + Double(column) * stepXMicrometres,
                yMicrometres: yMicrometres + Double(row) * stepYMicrometres)
        }
    }

    package let id: Int64
    package let slide: Slide
    package let wish: Wish
    package let createdAt: Date
    /// Who asked for it.
    package let agent: Agent
    package let state: State
    /// Why it rests or ended.
    package let reason: String?
    /// Numbers of the places that are captured, in order.
    package let taken: [Int]

    /// The first place that is not captured; nil: all are.
    package var next: ScanPlace? {
        let taken = Set(taken)
        return (0..<wish.fields).first { !taken.contains($0) }.map(wish.place)
    }
}

/// A field of a scan.
package struct ScanPlace: Sendable, Equatable {
    /// From 0, in the order of the way.
    package let number: Int
    /// Of the field's upper left corner, in µm.
    package let xMicrometres: Double
    package let yMicrometres: Double
}
