import Camera
import Testing

@Suite struct CameraControlTests {
    private func control(
        _ kind: CameraControl.Kind, _ minimum: Int64, _ maximum: Int64, step: Int64 = 1,
        menu: [CameraControl.MenuItem] = [], readOnly: Bool = false, inactive: Bool = false
    ) -> CameraControl {
        CameraControl(
            name: "gain", kind: kind, minimum: minimum, maximum: maximum, step: step, defaultValue: minimum,
            value: minimum, menu: menu, isReadOnly: readOnly, isInactive: inactive)
    }

    private func refusal(_ control: CameraControl, _ value: Int64) -> CameraError? {
        do throws(CameraError) {
            try control.check(value)
            return nil
        } catch {
            return error
        }
    }

    @Test func rangeErrorsNameTheRange() {
        let gain = control(.integer, -10, 100)
        #expect(refusal(gain, -10) == nil)
        #expect(refusal(gain, 100) == nil)
        let error = refusal(gain, 101)
        #expect(error?.code == .outOfRange)
        #expect(error?.description == "101 is out of range for the control gain; give -10 to 100")
        #expect(refusal(control(.integer, .min, .max), .max) == nil)
    }

    @Test func stepsCountFromTheMinimum() {
        let stepped = control(.integer, 3, 23, step: 5)
        #expect(refusal(stepped, 13) == nil)
        #expect(refusal(stepped, 10)?.hint == "give 3 to 23 in steps of 5")
    }

    @Test func menusHaveHoles() {
        let menu = control(
            .menu, 0, 3, menu: [.init(value: 1, label: "Manual Mode"), .init(value: 3, label: "Aperture Priority")])
        #expect(refusal(menu, 3) == nil)
        #expect(refusal(menu, 0)?.hint == "give one of 1 (Manual Mode), 3 (Aperture Priority)")
    }

    @Test func otherKinds() {
        #expect(refusal(control(.boolean, 0, 1), 2)?.code == .outOfRange)
        #expect(refusal(control(.button, 0, 0), 1) == nil)
        #expect(refusal(control(.bitmask, 0, 6), 4) == nil)
        #expect(refusal(control(.bitmask, 0, 6), 1)?.code == .outOfRange)
        #expect(refusal(control(.integer, 0, 9, readOnly: true), 1)?.code == .badControl)
        #expect(refusal(control(.integer, 0, 9, inactive: true), 1)?.code == .badControl)
    }

    @Test(arguments: [
        ("Brightness", "brightness"), ("Exposure Time, Absolute", "exposure_time_absolute"),
        ("White Balance, Auto & Preset", "white_balance_auto_preset"), ("  Gain (dB) ", "gain_db"),
    ])
    func namesAreNormalised(name: String, expected: String) {
        #expect(CameraControl.normalise(name) == expected)
    }
}
