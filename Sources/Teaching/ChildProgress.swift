/// A line of JSON that `neurallens-lab` writes for the daemon that started it: how far it is.
package struct ChildProgress: Codable, Sendable, Equatable {
    /// Steps or fields.
    package var done: Int
    /// Nil while it is not known.
    package var total: Int?
    package var secondsLeft: Double?
    package var loss: Double?

    package init(done: Int, total: Int?, secondsLeft: Double? = nil, loss: Double? = nil) {
        self.done = done
        self.total = total
        self.secondsLeft = secondsLeft
        self.loss = loss
    }
}
