/// How much of one thing there is for all, and who has it.
///
/// One owner gets half of it at most, so that no one's loop shuts the others out. What is reserved goes to those who
/// look after the instrument, who can thus always come in.
package struct Quota: Sendable {
    /// Which bound was met.
    package enum Refusal: Error, Equatable {
        /// The owner has as much as one may have.
        case own(limit: Int)
        /// All together have as much as there is.
        case all(limit: Int)
    }

    package let total: Int
    private let reserved: Int
    private var held: [ClientOwner: Int] = [:]
    private var sum = 0

    /// - Parameter reserved: of `total`, for keepers.
    package init(total: Int, reserved: Int = 0) {
        precondition(total >= 0 && reserved >= 0 && reserved < max(total, 1))
        self.total = total
        self.reserved = reserved
    }

    /// What one owner may have.
    package var share: Int { (total + 1) / 2 }

    package mutating func take(_ amount: Int, for owner: ClientOwner) throws(Refusal) {
        let own = held[owner, default: 0]
        guard own + amount <= share else { throw .own(limit: share) }
        let limit = owner.isKeeper ? total : total - reserved
        guard sum + amount <= limit else { throw .all(limit: limit) }
        held[owner] = own + amount
        sum += amount
    }

    package mutating func giveBack(_ amount: Int, of owner: ClientOwner) {
        let left = held[owner, default: 0] - amount
        precondition(left >= 0, "more is given back than was taken")
        held[owner] = left == 0 ? nil : left
        sum -= amount
    }
}
