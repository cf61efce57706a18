package import ControlAPI
internal import Foundation
internal import Grains
internal import Quantities
internal import SlideStore
internal import Statistics

/// What a second person read, and how far both agree.
extension SlideBook {
    package func secondReadings(ofSlide name: String) async throws(Problem) -> [SecondReadingReport] {
        try await asProblems { () throws(StoreError) in
            try await store.secondReadings(ofSlide: try await store.slide(named: name).id)
        }.map { SecondReadingReport($0) }
    }

    package func secondReading(_ id: Int64) async throws(Problem) -> SecondReadingReport {
        SecondReadingReport(try await stored(id))
    }

    package func field(_ capture: Int64, ofSecondReading id: Int64) async throws(Problem) -> SecondReadingField {
        try Self.field(capture, of: try await stored(id))
    }

    static func field(_ capture: Int64, of reading: SecondReading) throws(Problem) -> SecondReadingField {
        guard let field = reading.fields.first(where: { $0.capture == capture }) else {
            throw Problem(
                .captureNotFound, "second reading \(reading.id) has no field of capture \(capture)",
                hint: "neurallens second-reading show \(reading.id) lists its fields")
        }
        return SecondReadingField(
            reading: reading.id, capture: capture, width: field.width, height: field.height,
            nmPerPixel: field.nmPerPixel,
            isFinished: field.finishedAt != nil,
            objects: reading.objects.filter { $0.capture == capture }.map { object in
                SecondReadingField.Object(
                    grain: object.subject.grain, drawn: object.subject.drawn,
                    outlinePx: object.outline.map { SIMD2($0.x, $0.y) },
                    species: object.isJudged ? object.second ?? SecondReadingWord.noGrain : nil)
            })
    }

    package func differences(ofSecondReading id: Int64) async throws(Problem) -> [SecondReadingDifference] {
        try await stored(id).differences.map { SecondReadingDifference($0) }
    }

    package func agreement(ofSecondReading id: Int64) async throws(Problem) -> SecondReadingAgreement {
        let reading = try await stored(id)
        let names = speciesNames
        return await computed { SecondReadingAgreement(reading, names: names) }
    }

    private func stored(_ id: Int64) async throws(Problem) -> SecondReading {
        try await asProblems { () throws(StoreError) in try await store.secondReading(id) }
    }
}

extension SecondReading {
    /// Of fields that are read to their end and not left out.
    var judged: [Object] {
        let read = Set(fields.filter { $0.finishedAt != nil && !$0.isExcluded }.map(\.capture))
        return objects.filter { read.contains($0.capture) && $0.isJudged }
    }

    var differences: [Object] { judged.filter { $0.first != $0.second } }
}

extension SecondReading.Object {
    /// Whether the last word on what the readers differ in is said.
    var isSettled: Bool { settlement != nil || isReplaced }
}

extension SecondReading.Subject {
    init?(grain: Int64?, drawn: Int64?) {
        guard let subject = grain.map({ Self.grain($0) }) ?? drawn.map({ Self.drawn($0) }) else { return nil }
        self = subject
    }

    var grain: Int64? { if case .grain(let id) = self { id } else { nil } }
    var drawn: Int64? { if case .drawn(let id) = self { id } else { nil } }
}

extension SecondReadingReport {
    init(_ reading: SecondReading) {
        self.init(
            id: reading.id, slide: reading.slideName, run: reading.run, at: Microscope.iso8601(reading.at),
            reader: reading.reader.userName, by: reading.reader.text,
            firstReaders: reading.firstReaders.map { $0.name.isEmpty ? "user \($0.userID)" : $0.name },
            seed: Int64(reading.seed),
            fields: reading.fields.map {
                Field(
                    capture: $0.capture, finishedAt: $0.finishedAt.map { Microscope.iso8601($0) },
                    isExcluded: $0.isExcluded)
            })
    }
}

extension SecondReadingDifference {
    init(_ object: SecondReading.Object) {
        self.init(
            capture: object.capture, grain: object.subject.grain, drawn: object.subject.drawn,
            first: object.first ?? SecondReadingWord.noGrain, second: object.second ?? SecondReadingWord.noGrain,
            settled: object.settlement.map {
                Settled(
                    species: $0.species ?? SecondReadingWord.noGrain, by: $0.agent.text, at: Microscope.iso8601($0.at),
                    review: $0.review)
            }, isReplaced: object.isReplaced)
    }
}

extension SecondReadingAgreement.Kappa {
    init(_ kappa: CohensKappa?) {
        self.init(value: kappa?.value, low: kappa?.interval?.lowerBound, high: kappa?.interval?.upperBound)
    }
}

extension SecondReadingAgreement {
    /// - Parameter names: of species by their keys.
    init(_ reading: SecondReading, names: [String: String]) {
        let noGrain = SecondReadingWord.noGrain
        let objects = reading.judged.map { ($0.first ?? noGrain, $0.second ?? noGrain) }
        let said = Set(objects.flatMap { [$0.0, $0.1] })
        let ends = [Grain.unidentified, noGrain]
        let keys = said.subtracting(ends).sorted() + ends.filter { said.contains($0) }
        let place = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
        var table = keys.map { _ in keys.map { _ in 0 } }
        for (first, second) in objects { table[place[first]!][place[second]!] += 1 }
        let kappa = CohensKappa(table)
        let alike = keys.indices.reduce(0) { $0 + table[$1][$1] }
        let differences = reading.differences
        let report = SecondReadingReport(reading)

        var remarks: [String] = []
        let open = report.fields.count { $0.finishedAt == nil && !$0.isExcluded }
        let excluded = report.fields.count { $0.isExcluded }
        if open > 0 {
            remarks.append(
                "The reading is not at its end: \(open) of \(report.fields.count) fields are not read, and the figures are of "
                    + "the others.")
        }
        if excluded > 0 {
            remarks.append("\(excluded) of \(report.fields.count) fields were left out since, and are not part of it.")
        }
        if objects.isEmpty {
            remarks.append("Nothing is judged by both: kappa is undefined.")
        } else if kappa == nil {
            remarks.append(
                "Both readers named all objects \(names[keys[0]] ?? keys[0]): kappa is undefined with one category only."
            )
        } else if kappa?.interval == nil {
            remarks.append(
                "The readers named \(alike == objects.count ? "all objects" : "no object") alike: the interval has no width by its "
                    + "formula, and is not given.")
        }
        if reading.firstReaders.isEmpty {
            remarks.append("No person said anything of these fields before: the first reader is the lens.")
        }
        if reading.firstReaders.contains(where: { $0.userID == reading.reader.userID }) {
            remarks.append("Both readers used one login, and are told apart by the names that they gave.")
        }
        let none = place[noGrain]
        let counts = (
            objects.count - (none.map { table[$0].reduce(0, +) } ?? 0),
            objects.count - (none.map { none in table.reduce(0) { $0 + $1[none] } } ?? 0)
        )
        let repeated = RepeatedCount(counts.0, counts.1)
        if let repeated, !repeated.isWithinLimit {
            remarks.append(
                "The counts of all grains, \(counts.0) and \(counts.1), differ by a coefficient of variation of "
                    + "\(Int(saturating: repeated.variationPercent.rounded())) %, and repeated counts are to lie within "
                    + "\(Int(saturating: RepeatedCount.limitPercent)) % (EN 16868): count again.")
        }
        self.init(
            reading: report, objects: objects.count, alike: alike, kappa: .init(kappa),
            variationPercent: repeated?.variationPercent,
            species: keys.enumerated().map { index, key in
                let first = table[index].reduce(0, +)
                let second = table.reduce(0) { $0 + $1[index] }
                return Species(
                    key: key, species: names[key] ?? (key == noGrain ? "no grain" : key), first: first, second: second,
                    both: table[index][index],
                    differencePercent: first > 0 ? 100 * Double(second - first) / Double(first) : nil,
                    variationPercent: RepeatedCount(first, second)?.variationPercent,
                    kappa: .init(CohensKappa(table, ofCategory: index)))
            }, differences: differences.count, settled: differences.count(where: \.isSettled), remarks: remarks)
    }
}
