// The one way from floating-point numbers to integers in the modules that see numbers from outside. The standard
// library's own conversion ends the process where a number does not fit; here it is shadowed: it saturates, and the
// compiler refuses it (`Package.swift` makes the warning an error), so that a reader sees what happens at the ends. A
// shadow is seen only by files that import this module: HouseTests wants the import wherever integers are made.

extension FixedWidthInteger {
    /// The whole part of a number; the nearest end of the range where it lies beyond, 0 for what is not a number.
    @inlinable
    package init(saturating value: some BinaryFloatingPoint) {
        if let exact = Self(exactly: value.rounded(.towardZero)) {
            self = exact
        } else {
            self = value.isNaN ? 0 : value < 0 ? .min : .max
        }
    }

    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init<Value: BinaryFloatingPoint>(_ value: Value) { self.init(saturating: value) }
}

extension Int {
    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Double) { self.init(saturating: value) }

    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Float) { self.init(saturating: value) }
}

extension Int64 {
    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Double) { self.init(saturating: value) }

    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Float) { self.init(saturating: value) }
}

extension Int32 {
    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Double) { self.init(saturating: value) }

    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Float) { self.init(saturating: value) }
}

extension UInt64 {
    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Double) { self.init(saturating: value) }

    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Float) { self.init(saturating: value) }
}

extension UInt32 {
    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Double) { self.init(saturating: value) }

    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Float) { self.init(saturating: value) }
}

extension UInt16 {
    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Double) { self.init(saturating: value) }

    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Float) { self.init(saturating: value) }
}

extension UInt8 {
    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Double) { self.init(saturating: value) }

    @available(*, deprecated, message: "a number may lie beyond the range: write init(saturating:)")
    @inlinable
    package init(_ value: Float) { self.init(saturating: value) }
}
