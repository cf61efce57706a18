package import Quantities

extension Problem {
    /// A number of a request that cannot be, refused with its range.
    package init(_ kind: Kind, _ fault: Quantity.Fault) { self.init(kind, fault.detail, hint: fault.hint) }
}
