/// One control of a camera: an element of `GET /v1/camera/controls`.
package struct CameraControlReport: Codable, Sendable, Equatable {
    package struct MenuItem: Codable, Sendable, Equatable {
        package var value: Int64
        package var label: String

        package init(value: Int64, label: String) {
            self.value = value
            self.label = label
        }
    }

    /// As in requests: `exposure_time_absolute`.
    package var name: String
    /// `integer`, `boolean`, `menu`, ...
    package var kind: String
    package var minimum: Int64
    package var maximum: Int64
    package var step: Int64
    package var defaultValue: Int64
    package var value: Int64
    /// The choices of a menu, empty for other kinds.
    package var menu: [MenuItem]
    /// `read-only`, `inactive`, ...
    package var flags: [String]

    package init(
        name: String, kind: String, minimum: Int64, maximum: Int64, step: Int64, defaultValue: Int64, value: Int64,
        menu: [MenuItem] = [], flags: [String] = []
    ) {
        self.name = name
        self.kind = kind
        self.minimum = minimum
        self.maximum = maximum
        self.step = step
        self.defaultValue = defaultValue
        self.value = value
        self.menu = menu
        self.flags = flags
    }
}
