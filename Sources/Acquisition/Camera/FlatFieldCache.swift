internal import ControlAPI
internal import Imaging
internal import SlideStore

/// The flat field that captures are divided by: decoded once, as a slide's captures mostly share one.
actor FlatFieldCache {
    private let store: SlideStore
    private var latest: (id: Int64, flat: FlatField)?

    init(store: SlideStore) { self.store = store }

    /// Nil where the capture is not divided.
    func flatField(of capture: Capture) async throws(Problem) -> FlatField? {
        guard let id = capture.flatField else { return nil }
        if let latest, latest.id == id { return latest.flat }
        let light = try await asProblems { () throws(StoreError) in try await store.light(ofFlatField: id) }
        let content: PNG.Content
        do throws(ImagingError) {
            content = try PNG.decode(light, name: "flat field \(id)")
        } catch {
            throw Problem(.storeFailed, error.message, hint: error.hint)
        }
        guard case .bits16(let picture) = content, picture.channels == 3 else {
            throw Problem(.storeFailed, "flat field \(id) is no picture of 16 bits a channel", hint: "check the disk")
        }
        let flat = FlatField(light: picture)
        latest = (id, flat)
        return flat
    }
}
