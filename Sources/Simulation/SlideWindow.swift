/// What one field of a slide shows, in the field's own frame.
struct SlideWindow: Sendable {
    let scene: Scene
    /// In camera pixels.
    let width: Int
    let height: Int
}
