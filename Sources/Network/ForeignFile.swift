/// A file that people give where a safetensors file is asked for, known by its first bytes.
enum ForeignFile {
    case pytorch, pointer, webPage, text, keras, gguf, numpy, archive

    /// nil for what may be a safetensors file, whole or damaged.
    init?(_ bytes: UnsafeRawBufferPointer) {
        if bytes.count > 8, bytes[8] == UInt8(ascii: "{"),
            UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) <= UInt64(WeightFile.maximumHeaderBytes)
        {
            return nil
        }
        func begins(_ text: StaticString) -> Bool {
            bytes.count >= text.utf8CodeUnitCount
                && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[$0] == text.utf8Start[$0] }
        }
        func contains(_ text: StaticString, within limit: Int) -> Bool {
            let count = text.utf8CodeUnitCount, end = min(limit, bytes.count) - count
            return end >= 0
                && (0...end).contains { at in (0..<count).allSatisfy { bytes[at + $0] == text.utf8Start[$0] } }
        }
        // Protocol 2 to 5 of Python's pickle: PyTorch's files before version 1.6.
        let isPickle = bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1]) && bytes[2] != 0
        let isGzip = bytes.count > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == 8
        if begins("version https://git-lfs") {
            self = .pointer
        } else if begins("PK\u{3}\u{4}") {
            self = contains("data.pkl", within: 1024) || contains("archive/", within: 1024) ? .pytorch : .archive
        } else if isPickle {
            self = .pytorch
        } else if begins("<!DOCTYPE") || begins("<!doctype") || begins("<html") || begins("<HTML") || begins("<?xml") {
            self = .webPage
        } else if isGzip || contains("ustar", within: 262) {
            self = .archive
        } else if contains("HDF\r\n", within: 6) {
            self = .keras
        } else if begins("GGUF") {
            self = .gguf
        } else if contains("NUMPY", within: 6) {
            self = .numpy
        } else if begins("{\"") || begins("{\n") || begins("{ ") {
            self = .text
        } else {
            return nil
        }
    }

    /// - source: the path, or what the bytes are.
    func error(_ source: String) -> NetworkError {
        let (what, hint): (String, String) =
            switch self {
            case .pytorch:
                (
                    "a checkpoint as PyTorch pickles it",
                    "convert it where PyTorch is: python3 -c \"import torch, safetensors.torch as s; "
                        + "d = torch.load('\(source)', map_location='cpu', weights_only=True); "
                        + "s.save_file({k: v.clone().contiguous() for k, v in d.items()}, 'generator.safetensors')\""
                )
            case .pointer:
                ("a pointer of Git LFS, not the file it stands for", "get the file itself: git lfs pull")
            case .webPage: ("a web page", "download the file itself, perhaps after signing in")
            case .text: ("text (JSON)", "give the safetensors file that it speaks of")
            case .keras: ("an HDF5 file, as Keras saves", "give a U-Net generator of pix2pix, saved by safetensors")
            case .gguf: ("a GGUF file of a language model", "give a U-Net generator of pix2pix, saved by safetensors")
            case .numpy: ("an array of NumPy", "save the state dict with safetensors.numpy.save_file")
            case .archive: ("an archive", "unpack it and give the safetensors file in it")
            }
        return NetworkError(.foreign, "\(source) is \(what), not a safetensors file", hint: hint)
    }
}
