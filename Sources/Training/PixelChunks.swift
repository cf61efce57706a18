/// How the pixels of a map are shared out: a function of their number alone, so that sums over chunks, added in order,
/// do not depend on the number of threads.
struct PixelChunks {
    let pixels: Int
    let count: Int
    private let size: Int

    init(pixels: Int) {
        self.pixels = pixels
        size = max(1024, (pixels + 63) / 64)
        count = (pixels + size - 1) / size
    }

    subscript(chunk: Int) -> Range<Int> { chunk * size..<min((chunk + 1) * size, pixels) }
}
