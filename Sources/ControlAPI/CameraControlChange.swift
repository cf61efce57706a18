/// Body of `PUT /v1/camera/controls/NAME`.
package struct CameraControlChange: Codable, Sendable, Equatable {
    /// A menu is set by the value of its item, a boolean by 0 or 1.
    package var value: Int64

    package init(value: Int64) { self.value = value }
}
