internal import Foundation
internal import Imaging
internal import Lens

/// Which fields a lens knows: learnt from folders of known ones, and tried on others.
package struct FamiliarityStudy {
    /// What one folder of fields said.
    package struct Folder: Sendable, Codable, Equatable {
        package var folder: String
        package var fields: Int
        /// Share of fields that the lens vouches for.
        package var passed: Double
        package var medianFamiliarity: Double

        enum CodingKeys: String, CodingKey {
            case folder, fields, passed
            case medianFamiliarity = "median_familiarity"
        }
    }

    private let lensFolder: String
    private let threads: Int
    private let nmPerPixel: Double?
    private let progress: (String) -> Void

    /// - Parameters:
    ///   - nmPerPixel: of fields whose folder has no truth.json that says so.
    ///   - progress: called with each picture's name.
    package init(
        lensFolder: String, threads: Int, nmPerPixel: Double?, progress: @escaping (String) -> Void = { _ in }
    ) {
        self.lensFolder = lensFolder
        self.threads = threads
        self.nmPerPixel = nmPerPixel
        self.progress = progress
    }

    /// Learns from folders of known fields, and writes it into the lens's folder.
    /// - Parameter limit: fields of less familiarity are not vouched for: the share of known fields that fall below.
    /// - Returns: how many fields were known.
    package func learn(from folders: [String], limit: Double) throws(EvaluationError) -> Int {
        let lens = try load()
        var fields: [FieldCells] = []
        for folder in folders {
            for picture in try pictures(in: folder) { fields.append(try cells(picture, lens)) }
        }
        do {
            _ = try lens.familiarise(folder: lensFolder, with: fields, limit: limit)
        } catch {
            throw EvaluationError(.badLens, error.message, hint: error.hint)
        }
        return fields.count
    }

    /// How familiar the fields of folders are to the lens as it lies in its folder.
    package func judge(_ folders: [String]) throws(EvaluationError) -> [Folder] {
        let lens = try load()
        guard let limit = lens.manifest.familiarity?.limit else {
            throw EvaluationError(
                .badLens, "lens \(lens.manifest.name) cannot tell how familiar a field is",
                hint: "let it learn with --known")
        }
        return try folders.map { folder throws(EvaluationError) in
            var values: [Double] = []
            for picture in try pictures(in: folder) {
                progress(picture.name)
                do {
                    let output = try lens.apply(to: picture.rows(), nmPerPixel: picture.nmPerPixel, part: .map)
                    values.append(output.familiarity ?? 0)
                } catch let error as LensError {
                    throw EvaluationError(.badLens, error.message, hint: error.hint)
                } catch {
                    throw Self.unreadable(picture.path, error)
                }
            }
            return Folder(
                folder: folder, fields: values.count,
                passed: Double(values.count { $0 >= limit }) / Double(max(1, values.count)),
                medianFamiliarity: values.sorted()[values.count / 2])
        }
    }

    private func load() throws(EvaluationError) -> NeuralLens {
        do {
            return try NeuralLens(folder: lensFolder, threads: threads)
        } catch {
            throw EvaluationError(.badLens, error.message, hint: error.hint)
        }
    }

    private func cells(_ picture: FieldFile, _ lens: NeuralLens) throws(EvaluationError) -> FieldCells {
        progress(picture.name)
        do {
            return try lens.cells(of: picture.rows(), nmPerPixel: picture.nmPerPixel)
        } catch let error as LensError {
            throw EvaluationError(.badLens, error.message, hint: error.hint)
        } catch {
            throw Self.unreadable(picture.path, error)
        }
    }

    private static func unreadable(_ path: String, _ error: any Error) -> EvaluationError {
        let error = error as? ImagingError
        return EvaluationError(
            .badDataset, error?.message ?? "\(path) cannot be read",
            hint: error?.hint ?? "check the file's permissions")
    }

    /// A picture in a folder.
    private struct FieldFile {
        let path: String
        let nmPerPixel: Double?
        var name: String { (path as NSString).lastPathComponent }

        func rows() throws -> PictureRows {
            PictureRows(try PictureFile.decode([UInt8](Data(contentsOf: URL(fileURLWithPath: path))), name: path))
        }
    }

    private struct Truth: Decodable {
        let nm_per_pixel: Double
    }

    private func pictures(in folder: String) throws(EvaluationError) -> [FieldFile] {
        let truth = try? JSONDecoder().decode(
            Truth.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/truth.json")))
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            PictureFile.endings.contains(($0 as NSString).pathExtension.lowercased())
        }
        guard !names.isEmpty else {
            throw EvaluationError(
                .badDataset, "\(folder) holds no pictures", hint: "name a folder of fields as PNG, TIFF or JPEG")
        }
        return names.sorted().map {
            FieldFile(path: "\(folder)/\($0)", nmPerPixel: truth?.nm_per_pixel ?? nmPerPixel)
        }
    }
}
