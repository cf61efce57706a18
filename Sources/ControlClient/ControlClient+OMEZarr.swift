package import ControlAPI
import Glibc
import Zip

extension ControlClient {
    /// Makes a folder of OME-Zarr of a capture. Whole or not at all.
    /// - Parameter path: must not be there.
    /// - Returns: its files.
    package func omeZarr(ofCapture id: Int64, to path: String) throws(ControlClientError) -> Int {
        let folder = try OutputFolder(path)
        let archive = "\(folder.path).\(String(UInt32.random(in: 0 ... .max), radix: 16)).part"
        defer { unlink(archive) }
        try OutputFile.write(try export(capture: id, as: .omeZarr), to: archive, overwrite: false)
        let zip: ZipReader, files: [(name: String, bytes: [UInt8])]
        do throws(ZipError) {
            zip = try ZipReader(path: archive)
            files = try zip.entries.map { (entry) throws(ZipError) in
                (entry.name, try zip.contents(entry, atMost: 1 << 24))
            }
        } catch {
            throw ControlClientError(.notUnderstood, visible(error.message), hint: "report this")
        }
        for file in files { try folder.add(file.name, file.bytes) }
        try folder.finish()
        return files.count
    }
}
