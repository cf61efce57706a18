internal import Foundation
internal import Imaging

/// A page that shows all fields of a dataset, for a look before training. Self-contained; dark, for a dark room.
enum ContactSheet {
    static let maximumFields = 300

    struct Row {
        let title: String
        let detail: String
        /// Data URLs.
        let thumbnails: [String]
    }

    /// A picture of at most 144 pixels a side as a data URL.
    static func thumbnail(_ picture: Picture<UInt8>) throws(PairingError) -> String {
        let factor = 144 / Double(max(picture.width, picture.height))
        let small =
            factor >= 1
            ? picture
            : picture.normalised.resampled(
                width: max(1, Int(Double(picture.width) * factor)), height: max(1, Int(Double(picture.height) * factor))
            ).eightBit
        do {
            return "data:image/png;base64," + Data(try PNG.encode(small, compression: 9)).base64EncodedString()
        } catch {
            throw PairingError(.cannotWrite, error.message, hint: error.hint)
        }
    }

    static func page(_ rows: [Row], title: String, of count: Int) -> String {
        func text(_ s: String) -> String {
            s.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
                .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
        }
        var html = """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>\(text(title))</title>
            <style>body{background:#111;color:#bbb;font:14px sans-serif;margin:1em}
            main{display:flex;flex-wrap:wrap;gap:.8em}figure{margin:0;background:#1c1c1c;padding:.4em}
            img{margin-right:2px;vertical-align:top}figcaption{max-width:36em;overflow-wrap:anywhere}</style>
            <h1>\(text(title)): \(count) fields</h1><p>Optical, map, electrons, on black, as far as there are.</p><main>\n
            """
        for row in rows {
            html += "<figure>" + row.thumbnails.map { "<img src=\"\($0)\" alt=\"\">" }.joined()
            html += "<figcaption><b>\(text(row.title))</b> \(text(row.detail))</figcaption></figure>\n"
        }
        return html + "</main></html>\n"
    }
}
