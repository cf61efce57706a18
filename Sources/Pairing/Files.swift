internal import Foundation
import Imaging

/// Files and folders, with errors in this module's words.
enum Files {
    static func read(_ path: String, as what: String) throws(PairingError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            let reason =
                FileManager.default.fileExists(atPath: path) ? error.localizedDescription : "there is no such file"
            throw PairingError(.unreadable, "\(path) cannot be read: \(reason)", hint: "name \(what) that can be read")
        }
    }

    static func picture(_ path: String) throws(PairingError) -> PNG.Content { try reading(path).content }

    static func reading(_ path: String) throws(PairingError) -> PictureFile.Reading {
        let bytes = try read(path, as: "a picture")
        do {
            return try PictureFile.read(bytes, name: path)
        } catch {
            throw PairingError(.unreadable, error.message, hint: error.hint)
        }
    }

    /// File name without folder and ending.
    static func stem(_ name: String) -> String {
        ((name as NSString).lastPathComponent as NSString).deletingPathExtension
    }

    /// The pictures of a folder, in the order of their names; two of one stem are refused.
    static func pictures(in folder: String) throws(PairingError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw PairingError(
                .unreadable, "\(folder) cannot be read as a folder", hint: "name a folder that holds pictures")
        }
        let pictures = names.filter { name in
            !name.hasPrefix(".") && PictureFile.isNamed(name)
        }.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        guard !pictures.isEmpty else {
            throw PairingError(
                .unreadable, "\(folder) holds no pictures", hint: "name a folder of PNG, TIFF or JPEG pictures")
        }
        var stems: [String: String] = [:]
        for name in pictures {
            if let twin = stems.updateValue(name, forKey: stem(name)) {
                throw PairingError(
                    .badRequest, "\(folder) holds both \(twin) and \(name)", hint: "keep one picture a name")
            }
        }
        return pictures
    }

    static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(PairingError) {
        do {
            let url = URL(fileURLWithPath: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        } catch {
            throw PairingError(
                .cannotWrite, "\(path) cannot be written: \(error.localizedDescription)",
                hint: "check that the folder can be written to and that the disk has room")
        }
    }

    static func write(_ picture: Picture<UInt8>, to path: String, nmPerPixel: Double?) throws(PairingError) {
        let bytes: [UInt8]
        do {
            bytes = try PNG.encode(picture, nmPerPixel: nmPerPixel)
        } catch {
            throw PairingError(.cannotWrite, error.message, hint: error.hint)
        }
        try write(bytes, to: path)
    }
}
