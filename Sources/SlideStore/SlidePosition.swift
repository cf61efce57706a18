internal import Quantities

/// A position in the slide's frame in micrometres, x right, y down. A field's position is that of its upper left
/// corner.
package struct SlidePosition: Sendable, Equatable {
    package var xMicrometres: Double
    package var yMicrometres: Double

    package init(xMicrometres: Double, yMicrometres: Double) {
        self.xMicrometres = xMicrometres
        self.yMicrometres = yMicrometres
    }

    /// - Parameter quantity: a position of the stage, or on the slide.
    func isPossible(as quantity: Quantity) -> Bool { quantity.holds(xMicrometres) && quantity.holds(yMicrometres) }
}
