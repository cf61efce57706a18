/// One setting of a camera: exposure, gain, white balance.
package struct CameraControl: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable {
        case integer, boolean, menu, integerMenu, button, bitmask
    }

    /// An entry of a menu: `value` is what is set, `label` what it means.
    package struct MenuItem: Sendable, Equatable, Codable {
        package let value: Int64
        package let label: String

        package init(value: Int64, label: String) {
            self.value = value
            self.label = label
        }
    }

    /// Lower case, words joined by underscores: "exposure_time_absolute".
    package let name: String
    package let kind: Kind
    package let minimum: Int64
    package let maximum: Int64
    package let step: Int64
    package let defaultValue: Int64
    /// As the driver last told it.
    package let value: Int64
    /// For the two kinds of menu; empty otherwise.
    package let menu: [MenuItem]
    package let isReadOnly: Bool
    /// Without effect until another control changes (exposure while automatic exposure is on).
    package let isInactive: Bool

    package init(
        name: String, kind: Kind, minimum: Int64, maximum: Int64, step: Int64, defaultValue: Int64, value: Int64,
        menu: [MenuItem] = [], isReadOnly: Bool = false, isInactive: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.minimum = minimum
        self.maximum = maximum
        self.step = step
        self.defaultValue = defaultValue
        self.value = value
        self.menu = menu
        self.isReadOnly = isReadOnly
        self.isInactive = isInactive
    }
}
