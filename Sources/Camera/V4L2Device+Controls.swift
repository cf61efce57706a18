internal import CV4L2
internal import Glibc
internal import Quantities
internal import SystemCalls

extension V4L2Device {
    /// A control and how the driver knows it.
    struct Control {
        let id: UInt32
        let is64Bit: Bool
        /// The driver may change it by itself.
        let isVolatile: Bool
        let control: CameraControl
    }

    /// Integers, switches, buttons, menus and bit masks; strings and arrays are left out.
    func controls() -> [Control] {
        var controls: [Control] = []
        var query = v4l2_query_ext_ctrl()
        query.id = UInt32(V4L2_CTRL_FLAG_NEXT_CTRL)
        while controls.count < 1024, (try? control(CV4L2_QUERY_EXT_CTRL, &query)) != nil {
            let id = query.id
            if let control = describe(query) { controls.append(control) }
            query = v4l2_query_ext_ctrl()
            query.id = id | UInt32(V4L2_CTRL_FLAG_NEXT_CTRL)
        }
        return controls
    }

    /// V4L2_CID_EXPOSURE_ABSOLUTE.
    static let absoluteExposure: UInt32 = 0x009A_0902

    /// The present value; nil where it cannot be read.
    func value(of id: UInt32, is64Bit: Bool, kind: CameraControl.Kind) -> Int64? {
        var value: Int64 = 0
        let status = try? systemCall { cv4l2_get_control(descriptor, id, is64Bit ? 1 : 0, &value) }
        return status == nil ? nil : Self.unsigned(value, kind)
    }

    /// The 32 bits of a mask, which the interface carries as a signed number; other values as they are.
    private static func unsigned(_ value: Int64, _ kind: CameraControl.Kind) -> Int64 {
        kind == .bitmask ? value & 0xFFFF_FFFF : value
    }

    /// Checks and sets a control.
    /// - Returns: the control as the driver tells it afterwards; its value may differ from what was asked.
    func set(_ name: String, to value: Int64) throws(CameraError) -> CameraControl {
        let name = CameraControl.normalise(name)
        let controls = controls()
        guard let found = controls.first(where: { $0.control.name == name }) else {
            throw CameraError(
                .badControl, operation: "VIDIOC_S_EXT_CTRLS", "\(identity.path) has no control named \(name)",
                hint: controls.isEmpty
                    ? "it has no controls" : "it has " + controls.map(\.control.name).joined(separator: ", "))
        }
        try found.control.check(value)
        do {
            try systemCall { cv4l2_set_control(descriptor, found.id, found.is64Bit ? 1 : 0, value) }
        } catch {
            switch error.code {
            case ERANGE, EINVAL, EACCES:
                throw CameraError(
                    .badControl, operation: "VIDIOC_S_EXT_CTRLS", errno: error.code,
                    "\(identity.path) refuses \(value) for the control \(name): \(error)",
                    hint: "switch the automatic control that governs it to manual first")
            case EBUSY:
                throw CameraError(
                    .badControl, operation: "VIDIOC_S_EXT_CTRLS", errno: EBUSY,
                    "the control \(name) of \(identity.path) cannot be changed while pictures are taken",
                    hint: "set it before the daemon starts, with v4l2-ctl")
            default:
                throw CameraError(
                    .system, operation: "VIDIOC_S_EXT_CTRLS", device: identity.path, failure: error)
            }
        }
        return self.controls().first { $0.id == found.id }?.control ?? found.control
    }

    private func describe(_ query: v4l2_query_ext_ctrl) -> Control? {
        let kind: CameraControl.Kind
        switch query.type {
        case V4L2_CTRL_TYPE_INTEGER.rawValue, V4L2_CTRL_TYPE_INTEGER64.rawValue: kind = .integer
        case V4L2_CTRL_TYPE_BOOLEAN.rawValue: kind = .boolean
        case V4L2_CTRL_TYPE_MENU.rawValue: kind = .menu
        case V4L2_CTRL_TYPE_INTEGER_MENU.rawValue: kind = .integerMenu
        case V4L2_CTRL_TYPE_BUTTON.rawValue: kind = .button
        case V4L2_CTRL_TYPE_BITMASK.rawValue: kind = .bitmask
        default: return nil
        }
        func has(_ flag: Int32) -> Bool { query.flags & UInt32(flag) != 0 }
        if has(V4L2_CTRL_FLAG_DISABLED) || has(V4L2_CTRL_FLAG_HAS_PAYLOAD) { return nil }
        let is64Bit = query.type == V4L2_CTRL_TYPE_INTEGER64.rawValue
        let isReadable = kind != .button && !has(V4L2_CTRL_FLAG_WRITE_ONLY)
        let isMenu = kind == .menu || kind == .integerMenu
        return Control(
            id: query.id, is64Bit: is64Bit, isVolatile: has(V4L2_CTRL_FLAG_VOLATILE),
            control: CameraControl(
                name: CameraControl.normalise(String(field: query.name)), kind: kind,
                minimum: query.minimum, maximum: Self.unsigned(query.maximum, kind),
                step: Int64(clamping: query.step), defaultValue: Self.unsigned(query.default_value, kind),
                value: (isReadable ? value(of: query.id, is64Bit: is64Bit, kind: kind) : nil) ?? 0,
                menu: isMenu ? menu(of: query, kind: kind) : [],
                isReadOnly: has(V4L2_CTRL_FLAG_READ_ONLY), isInactive: has(V4L2_CTRL_FLAG_INACTIVE)))
    }

    /// Menus have holes: entries that this device lacks.
    private func menu(of query: v4l2_query_ext_ctrl, kind: CameraControl.Kind) -> [CameraControl.MenuItem] {
        guard (0...256).contains(query.minimum), (query.minimum...256).contains(query.maximum) else { return [] }
        return (query.minimum...query.maximum).compactMap { index in
            var label = [CChar](repeating: 0, count: Int(CV4L2_LABEL_BYTES))
            var number: Int64 = 0
            let status = try? systemCall { cv4l2_query_menu(descriptor, query.id, UInt32(index), &label, &number) }
            guard status != nil else { return nil }
            return CameraControl.MenuItem(value: index, label: kind == .menu ? String(label) : "\(number)")
        }
    }
}
