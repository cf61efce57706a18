internal import ControlAPI
internal import Foundation
internal import Lens
internal import Logging
internal import Pairing
internal import Quantities
internal import SlideStore
internal import Synchronization
internal import Teaching

/// Lenses taught from labels, one at a time: a data set is written, `neurallens-lab` trains and judges, and the lens goes
/// into the library. What a daemon that ended left unfinished is gone on with at the next start, to the same weights.
actor Teachings {
    private let store: SlideStore
    private let book: SlideBook
    private let lenses: LensLibrary
    private let stateFolder: String
    private let work: CaptureWork
    private let journal: EventJournal
    private let logger: Logger
    /// Of the lens in use; nil where there is none.
    private let lensFolder: @Sendable () async -> String?
    /// Where data sets are written, which takes minutes.
    private let writingThread = WorkThread("neurallens.teaching-data")
    /// Where small files are read.
    private let thread = WorkThread("neurallens.teaching")

    private var jobs: [Int64: TeachingJob] = [:]
    private var plans: [Int64: TeachingPlan] = [:]
    private var running: (id: Int64, task: Task<Void, Never>)?
    /// Fires with every change of a job.
    private let news = Signal()
    private var isStopping = false
    /// Of the lens in force, while it is judged beside the taught one.
    private var judged: String?
    /// A request that is being looked at.
    private var isBeginning = false

    init(
        book: SlideBook, stateFolder: String, work: CaptureWork, journal: EventJournal, logger: Logger,
        lensFolder: @escaping @Sendable () async -> String?
    ) {
        store = book.store
        lenses = book.lenses
        self.book = book
        self.stateFolder = stateFolder
        self.work = work
        self.journal = journal
        self.logger = logger
        self.lensFolder = lensFolder
    }

    // MARK: From start to stop

    /// Goes on with what an earlier run of the daemon left.
    func takeUp() async throws(StoreError) {
        for teaching in try await store.teachings() {
            guard let plan = try? JSONDecoder().decode(TeachingPlan.self, from: Data(teaching.plan.utf8)) else {
                logger.error("teaching of another version", metadata: ["teaching": "\(teaching.id)"])
                continue
            }
            plans[teaching.id] = plan
            jobs[teaching.id] = TeachingJob(teaching, plan, library: lenses.folder)
            if !teaching.state.isFinal, running == nil {
                logger.notice("going on with a teaching", metadata: ["teaching": "\(teaching.id)"])
                start(teaching.id)
            }
        }
    }

    /// Ends what runs; it is gone on with at the next start. The program that trains is not waited for: what it does not
    /// save any more it does again.
    func stop() {
        isStopping = true
        running?.task.cancel()
    }

    // MARK: Requests

    func begin(_ request: TeachingRequest, by peer: Peer) async throws(Problem) -> TeachingJob {
        guard !isStopping else {
            throw Problem(.shuttingDown, "no teaching was begun", hint: "try again when the daemon runs again")
        }
        if let running, let job = jobs[running.id] {
            throw Problem(
                .teachingRefused, "the lens \(job.name) is being taught already",
                hint: "wait for it, or stop it: neurallens lens teach stop \(running.id)")
        }
        guard !isBeginning else {
            throw Problem(.teachingRefused, "another teaching is about to begin", hint: "try again in a moment")
        }
        isBeginning = true
        defer { isBeginning = false }
        _ = try Self.program()
        let fields = try await finishedFields(request.slides + (request.heldOut ?? []))
        let start = try await start(of: request)
        let plan = try plan(request, fields, start)
        try await checkRoom(plan, fields, weights: start.network?.weights.count ?? 0)
        let teaching = try await asProblems { () throws(StoreError) in
            try await store.beginTeaching(
                request.name, plan: plan.text, steps: plan.recipe.steps, by: Agent(peer))
        }
        do throws(Problem) {
            try await keep(start.network?.weights, in: self.folder(teaching.id, request.name))
        } catch {
            try? await store.deleteTeaching(teaching.id, by: .current)
            throw error
        }
        plans[teaching.id] = plan
        jobs[teaching.id] = TeachingJob(teaching, plan, library: lenses.folder)
        logger.notice("teaching begun", metadata: ["teaching": "\(teaching.id)", "peer": "\(peer)"])
        self.start(teaching.id)
        return jobs[teaching.id]!
    }

    /// One that judges by the lens of a folder.
    func job(using folder: String) -> TeachingJob? {
        folder == judged ? running.flatMap { jobs[$0.id] } : nil
    }

    /// Oldest first.
    func list() -> [TeachingJob] { jobs.sorted { $0.key < $1.key }.map(\.value) }

    func job(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> TeachingJob {
        let number = try self.number(id)
        guard var job = await news.job(after: revision, timeout: timeout, { jobs[number] }) else {
            throw Self.notFound(id)
        }
        let folder = folder(number, job.name)
        job.curve = await thread.run { folder.curve() }
        return job
    }

    func stop(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob {
        let number = try self.number(id)
        guard let running, running.id == number else {
            throw Problem(
                .teachingRefused, "teaching \(id) is \(jobs[number]!.state.rawValue) and does not run",
                hint: "neurallens lens teachings lists them")
        }
        logger.notice("teaching stopped", metadata: ["teaching": "\(id)", "peer": "\(peer)"])
        running.task.cancel()
        await running.task.value
        return jobs[number] ?? jobs[running.id]!
    }

    func resume(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob {
        let number = try self.number(id)
        let job = jobs[number]!
        guard job.state == .stopped || job.state == .failed else {
            throw Problem(
                .teachingRefused, "teaching \(id) is \(job.state.rawValue): there is nothing to go on with",
                hint: "neurallens lens teaching \(id) shows it")
        }
        guard running == nil, !isBeginning, !isStopping else {
            throw Problem(
                .teachingRefused, "another lens is being taught",
                hint: "wait for it, or stop it: neurallens lens teachings")
        }
        _ = try Self.program()
        logger.notice("teaching gone on with", metadata: ["teaching": "\(id)", "peer": "\(peer)"])
        isBeginning = true
        defer { isBeginning = false }
        await set(number, .preparing) {
            $0.problem = nil
            $0.message = "going on"
        }
        start(number)
        return jobs[number]!
    }

    func delete(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob {
        let number = try self.number(id)
        let job = jobs[number]!
        guard running?.id != number else {
            throw Problem(
                .teachingRefused, "teaching \(id) is running", hint: "stop it first: neurallens lens teach stop \(id)")
        }
        try await asProblems { () throws(StoreError) in try await store.deleteTeaching(number, by: Agent(peer)) }
        jobs[number] = nil
        plans[number] = nil
        let folder = folder(number, job.name)
        await thread.run { folder.remove() }
        news.fire()
        logger.notice("teaching deleted", metadata: ["teaching": "\(id)", "peer": "\(peer)"])
        return job
    }

    // MARK: What a request means

    private func finishedFields(_ names: [String]) async throws(Problem) -> [FinishedField] {
        try await asProblems { () throws(StoreError) in
            var ids: [Slide.ID] = []
            for name in names { ids.append(try await store.slide(named: name).id) }
            return try await store.finishedFields(ofSlides: ids)
        }
    }

    /// The network that it starts from; nil for random weights.
    private func start(of request: TeachingRequest) async throws(Problem) -> (network: LabellingNetwork?, words: String)
    {
        if request.from == TeachingRequest.random { return (nil, "random weights") }
        let folder: String
        if let digest = request.from {
            folder = try lenses.completeLens(digest)
        } else if let inUse = await lensFolder() {
            folder = inUse
        } else {
            throw Problem(
                .teachingRefused, "no lens is in use that the teaching could start from",
                hint: "name one with --from FOLDER, or begin with --from random")
        }
        let network = await thread.run {
            Result { () throws(LensError) in try LabellingNetwork(folder: folder) }
        }
        do {
            let network = try network.get()
            return (network, "the lens \(network.manifest.name)")
        } catch {
            throw Problem(.teachingRefused, error.message, hint: error.hint)
        }
    }

    private func plan(
        _ request: TeachingRequest, _ fields: [FinishedField], _ start: (network: LabellingNetwork?, words: String)
    ) throws(Problem) -> TeachingPlan {
        if let lost = fields.first(where: { $0.scale == nil }) {
            throw Problem(
                .scaleUnknown, "the scale of capture \(lost.capture) of the slide \"\(lost.slide)\" is not known",
                hint: "calibrate the objective and capture the field again, or open the field so that it is not taught")
        }
        let make = start.network.map { TrainingRecipe.Make($0) } ?? .usual
        let smallest =
            fields.map { Double(min($0.width, $0.height)) * $0.scale!.nmPerPixel / make.nmPerPixel }.min() ?? 0
        var channels: [String: Int] = [:]
        for species in start.network?.manifest.species ?? [] { channels[species.key] = species.mapChannel }
        do throws(TeachingError) {
            let lesson = try Lesson(
                fields.map(\.labelled), slides: named(request.slides, fields),
                heldOut: named(request.heldOut ?? [], fields), chosen: request.species ?? [],
                known: book.knownSpecies.map { Lesson.Candidate(key: $0.key, name: $0.name, colour: $0.colour) },
                start: channels)
            let taught = Set(lesson.fields.filter { !$0.isHeldOut }.map(\.capture))
            let areas = fields.filter { taught.contains($0.capture) }.flatMap {
                $0.areasUm2(of: lesson.species.map(\.key))
            }
            return TeachingPlan(
                lesson: lesson,
                recipe: try TrainingRecipe(
                    make.finding(grainsOf: areas), smallestSide: smallest, steps: request.steps,
                    minutes: request.minutes,
                    startsFromWeights: start.network != nil), start: start.words,
                partsOfCurve: request.learningCurve == true ? lesson.partsOfCurve : nil)
        } catch {
            throw Problem(.teachingRefused, error.message, hint: error.hint)
        }
    }

    /// Slides as they are written, whose names a client may write otherwise.
    private func named(_ names: [String], _ fields: [FinishedField]) -> [String] {
        names.map { name in fields.first { $0.slide.lowercased() == name.lowercased() }?.slide ?? name }
    }

    /// Pictures at the lens's scale take some three bytes a pixel; a checkpoint is four times the weights in 32 bits, and
    /// the new one is there before the old one goes.
    private func checkRoom(
        _ plan: TeachingPlan, _ fields: [FinishedField], weights: Int
    ) async throws(Problem) {
        let pixels = fields.reduce(0.0) { sum, field in
            let factor = field.scale!.nmPerPixel / plan.recipe.make.nmPerPixel
            return sum + Double(field.width) * Double(field.height) * factor * factor
        }
        let trainings = 1 + (plan.partsOfCurve?.count ?? 0)
        let needed = 3 * pixels + Double(trainings) * 2 * 4 * 2 * Double(max(weights, 20_000_000))
        guard let free = await store.room()?.freeBytes, Double(free) < needed else { return }
        throw Problem(
            .storeFull,
            "the teaching needs some \(Int(saturating: (needed / 1e6).rounded())) MB, and \(free / 1_000_000) MB are free in \(stateFolder)",
            hint: "make room, or teach from fewer fields")
    }

    private func keep(_ weights: [UInt8]?, in folder: TeachingFolder) async throws(Problem) {
        try await thread.run {
            Result { () throws(Problem) in
                // Of a teaching of this number that a backup did not know.
                folder.remove()
                try folder.make()
                guard let weights else { return }
                do {
                    try Data(weights).write(to: URL(fileURLWithPath: folder.start), options: .atomic)
                } catch {
                    throw Problem(
                        .storeFailed, "\(folder.start) cannot be written: \(error.localizedDescription)",
                        hint: "check that the disk has room")
                }
            }
        }.get()
    }

    // MARK: The work

    private func start(_ id: Int64) {
        let task = Task {
            await self.run(id)
            if self.running?.id == id { self.running = nil }
        }
        running = (id, task)
    }

    private func run(_ id: Int64) async {
        guard let name = jobs[id]?.name, let plan = plans[id] else { return }
        let folder = folder(id, name)
        do throws(Problem) {
            if await !thread.run({ folder.isDataComplete }) { try await prepare(id, plan, folder) }
            if await !thread.run({ folder.isComplete(lens: folder.lens) }) { try await train(id, plan, folder) }
            try await judge(id, plan, folder)
        } catch {
            if Task.isCancelled || error.isKind(.shuttingDown) {
                guard !isStopping else { return }
                await set(id, .stopped) {
                    $0.message = "stopped; it can be gone on with"
                    $0.secondsLeft = nil
                }
            } else {
                logger.error("teaching failed", metadata: ["teaching": "\(id)", "problem": "\(error)"])
                await set(id, .failed) {
                    $0.secondsLeft = nil
                    $0.problem = error
                    $0.message = error.detail
                }
            }
        }
    }

    private func prepare(_ id: Int64, _ plan: TeachingPlan, _ folder: TeachingFolder) async throws(Problem) {
        let total = plan.lesson.fields.count
        await set(id, .preparing) { $0.message = "writing \(total) fields" }
        let fields = try await finishedFields(plan.lesson.slides)
        let pictures = LessonPictures(
            store: store, lesson: plan.lesson,
            fields: Dictionary(fields.map { ($0.capture, $0) }) { first, _ in first },
            nmPerPixel: plan.recipe.make.nmPerPixel)
        try await writingThread.computed { [weak self] isWanted throws(Problem) in
            folder.removePartial()
            try pictures.write(to: folder.data, isWanted: isWanted) { done in
                Task { await self?.change(id) { $0.message = "\(done) of \(total) fields written" } }
            }
        }
    }

    private func train(_ id: Int64, _ plan: TeachingPlan, _ folder: TeachingFolder) async throws(Problem) {
        await set(id, .training) { $0.message = "training" }
        let arguments = plan.recipe.arguments(
            dataset: folder.data, lens: folder.lens, runs: folder.runs, start: folder.start)
        try await run("training", arguments, folder) { [weak self] progress in
            await self?.change(id) {
                $0.done = progress.done
                $0.steps = progress.total ?? $0.steps
                $0.secondsLeft = progress.secondsLeft
                $0.loss = progress.loss
            }
        }
        change(id) {
            $0.done = $0.steps ?? $0.done
            $0.secondsLeft = nil
        }
    }

    private func judge(_ id: Int64, _ plan: TeachingPlan, _ folder: TeachingFolder) async throws(Problem) {
        await set(id, .judging) { $0.message = "looking at what was held out" }
        // What is held out says what the confidence is worth, too: each half of it by the other.
        let taught = try await judgement(of: folder.lens, as: "taught", calibrates: true, id, folder)
        var parts: [(fields: Int, judgement: Judgement)] = []
        for fields in plan.partsOfCurve ?? [] {
            parts.append((fields, try await judgement(ofPart: fields, id, plan, folder)))
        }
        var before: Judgement?
        var missing: String?
        if let inUse = await lensFolder() {
            judged = inUse
            defer { judged = nil }
            do throws(Problem) {
                before = try await judgement(of: inUse, as: "before", id, folder)
            } catch {
                guard !Task.isCancelled else { throw error }
                missing = "the lens in force cannot be compared: \(error.detail)"
            }
        } else {
            missing = "no lens is in force"
        }
        let result = TeachingResult(
            taught: TeachingResult.Figures(taught, plan.lesson),
            before: before.map { TeachingResult.Figures($0, plan.lesson) }, beforeMissing: missing,
            learningCurve: plan.partsOfCurve.map { _ in
                (parts + [(plan.lesson.fields.count { !$0.isHeldOut }, taught)]).map {
                    TeachingResult.Part($0, $1, plan.lesson)
                }
            })
        let job = jobs[id]!
        let card = ModelCard(
            name: job.name, lesson: plan.lesson, recipe: plan.recipe, start: plan.start, by: job.by, at: job.begunAt,
            steps: job.steps, judgement: taught, before: before
        ).text
        let lenses = lenses
        let owner = try await asProblems { () throws(StoreError) in try await store.teaching(id) }.agent
        let digest = try await thread.run {
            Result { () throws(Problem) in
                try lenses.adopt(folder: folder.lens, card: card, by: "uid \(owner.userID)")
            }
        }.get()
        await set(id, .done) {
            $0.lensDigest = digest
            $0.lensFolder = "\(lenses.folder)/\(digest)"
            $0.result = result
            $0.message = "done"
        }
        logger.notice("lens taught", metadata: ["teaching": "\(id)", "lens": "\(digest)"])
    }

    /// Teaches a lens from the first fields alone, in as many steps, and judges it.
    private func judgement(
        ofPart fields: Int, _ id: Int64, _ plan: TeachingPlan, _ folder: TeachingFolder
    ) async throws(Problem) -> Judgement {
        let lens = folder.lens(ofPart: fields)
        if await !thread.run({ folder.isComplete(lens: lens) }) {
            var recipe = plan.recipe
            // As long as the lens itself, whose steps are known by now.
            if recipe.steps == nil { (recipe.steps, recipe.minutes) = (jobs[id]?.steps, nil) }
            let arguments = recipe.arguments(
                dataset: folder.data, lens: lens, runs: folder.runs(ofPart: fields), start: folder.start, fields: fields
            )
            try await run("part-\(fields)", arguments, folder) { [weak self] progress in
                let steps = "step \(progress.done)" + (progress.total.map { " of \($0)" } ?? "")
                await self?.change(id) {
                    $0.message = "\(steps) from \(fields) field\(fields == 1 ? "" : "s"), for the learning curve"
                }
            }
        }
        return try await judgement(of: lens, as: "part-\(fields)", calibrates: true, id, folder)
    }

    private func judgement(
        of lens: String, as name: String, calibrates: Bool = false, _ id: Int64, _ folder: TeachingFolder
    ) async throws(Problem) -> Judgement {
        let output = folder.evaluation(name)
        let arguments = ["evaluate", lens, folder.data, "--split", "test", "--counts-only", "-o", output]
        try await run("judging-\(name)", arguments + (calibrates ? ["--calibrate"] : []), folder) {
            [weak self] progress in
            await self?.change(id) {
                $0.message = "\(progress.done) of \(progress.total ?? 0) fields looked at (\(name))"
            }
        }
        let judgement = await thread.run {
            (try? Data(contentsOf: URL(fileURLWithPath: output + "/evaluation.json"))).flatMap {
                Judgement(evaluation: $0)
            }
        }
        guard let judgement else {
            throw Problem(.internalError, "\(output)/evaluation.json holds no counts", hint: "please report this")
        }
        return judgement
    }

    /// Runs `neurallens-lab` to its end; it rests while fields are captured and analysed.
    private func run(
        _ what: String, _ arguments: [String], _ folder: TeachingFolder,
        heard: @escaping @Sendable (ChildProgress) async -> Void
    ) async throws(Problem) {
        let child = ChildProgram(
            path: try Self.program(), arguments: arguments + ["--child-of", "\(getpid())"], log: folder.log(what))
        let work = work
        let watch = Task {
            while !Task.isCancelled {
                let version = work.changes.version
                child.setPaused(work.isUnderWay)
                await work.changes.wait(since: version)
            }
        }
        let (lines, continuation) = AsyncStream.makeStream(of: ChildProgress.self, bufferingPolicy: .bufferingNewest(4))
        let hearing = Task { for await progress in lines { await heard(progress) } }
        let end = await child.run { line in
            guard let progress = try? JSONDecoder().decode(ChildProgress.self, from: Data(line.utf8)) else { return }
            continuation.yield(progress)
        }
        watch.cancel()
        continuation.finish()
        await hearing.value
        guard !Task.isCancelled else { throw Problem(CancellationError()) }
        switch end {
        case .exited(0): return
        case .exited(let status):
            let complaint = await thread.run { folder.complaint(what) }
            let said = complaint ?? "\(what) ended with status \(status)"
            throw Problem(
                .teachingRefused, said, hint: "when that is put right, neurallens lens teach resume goes on with it")
        case .killed(let signal):
            throw Problem(
                .teachingRefused, "\(what) was ended by signal \(signal)",
                hint: signal == SIGKILL
                    ? "memory may have been short: give the service more (MemoryMax), then neurallens lens teach resume"
                    : "neurallens lens teach resume goes on with it; please report it if it happens again")
        case .failed(let error):
            throw Problem(.internalError, "neurallens-lab was not started: \(error)", hint: "look at the daemon's log")
        }
    }

    // MARK: Jobs

    private func change(_ id: Int64, _ body: (inout TeachingJob) -> Void) {
        guard var job = jobs[id] else { return }
        body(&job)
        job.revision += 1
        jobs[id] = job
        news.fire()
        journal.publish(.teaching, job)
    }

    /// Changes a job and its row.
    private func set(_ id: Int64, _ state: TeachingJob.State, _ body: (inout TeachingJob) -> Void) async {
        guard var job = jobs[id] else { return }
        body(&job)
        job.state = state
        do {
            try await store.setTeaching(
                id, StoredTeaching.State(rawValue: state.rawValue)!, done: job.done, steps: job.steps,
                problem: job.problem.map { Self.text($0) }, lens: job.lensDigest,
                result: job.result.map { Self.text($0) },
                by: state.isFinal ? .current : nil)
        } catch {
            logger.error("the state of a teaching is not stored", metadata: ["error": "\(error)"])
        }
        change(id) { changed in
            let revision = changed.revision
            changed = job
            changed.revision = revision
        }
    }

    private func folder(_ id: Int64, _ name: String) -> TeachingFolder {
        TeachingFolder(state: stateFolder, id: id, name: name)
    }

    private func number(_ id: String) throws(Problem) -> Int64 {
        guard let number = Int64(id), jobs[number] != nil else { throw Self.notFound(id) }
        return number
    }

    private static func notFound(_ id: String) -> Problem {
        Problem(.teachingNotFound, "there is no teaching \"\(id)\"", hint: "neurallens lens teachings lists them")
    }

    private static func program() throws(Problem) -> String {
        guard let path = ChildProgram.path(of: "neurallens-lab") else {
            throw Problem(
                .teachingRefused, "neurallens-lab, which teaches, is not beside neurallensd",
                hint: "install it into the same folder")
        }
        return path
    }

    /// Of values without numbers that are not finite.
    private static func text(_ value: some Encodable) -> String {
        (try? WireFormat.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

extension Lesson {
    /// In the order of its fields, each once.
    var slides: [String] {
        fields.reduce(into: []) { if !$0.contains($1.slide) { $0.append($1.slide) } }
    }
}

extension TrainingRecipe.Make {
    init(_ network: LabellingNetwork) {
        let manifest = network.manifest
        self.init(
            layers: network.layers, baseChannels: network.baseChannels, binning: network.binning,
            normalisation: manifest.normalisation, nmPerPixel: manifest.nmPerPixel, tilePixels: manifest.tilePixels,
            overlapPixels: manifest.overlapPixels, dividesByGlass: manifest.fieldCorrection != nil,
            minimumGrainAreaUm2: manifest.minimumGrainAreaSquareMicrometres)
    }
}

extension TeachingJob {
    /// - Parameter library: folder of the daemon's lenses.
    init(_ teaching: StoredTeaching, _ plan: TeachingPlan, library: String) {
        let lesson = plan.lesson
        var slides: [Slide] = []
        for field in lesson.fields {
            if let last = slides.lastIndex(where: { $0.slide == field.slide && $0.isHeldOut == field.isHeldOut }) {
                slides[last].fields += 1
            } else {
                slides.append(Slide(slide: field.slide, fields: 1, isHeldOut: field.isHeldOut))
            }
        }
        self.init(
            id: "\(teaching.id)", name: teaching.name, state: State(rawValue: teaching.state.rawValue)!, revision: 0,
            begunAt: Microscope.iso8601(teaching.begunAt), by: teaching.agent.text, slides: slides,
            species: lesson.grains.map { grains in
                Species(
                    key: grains.species,
                    species: lesson.species.first { $0.key == grains.species }?.name ?? grains.species,
                    grainsTaught: grains.taught, grainsHeldOut: grains.heldOut)
            }, start: plan.start, done: teaching.done, steps: teaching.steps, message: teaching.state.rawValue,
            remarks: lesson.remarks, lensDigest: teaching.lens, lensFolder: teaching.lens.map { "\(library)/\($0)" },
            result: teaching.result.flatMap { try? WireFormat.decode(TeachingResult.self, from: Data($0.utf8)) },
            problem: teaching.problem.flatMap { try? WireFormat.decode(Problem.self, from: Data($0.utf8)) })
        if let problem { message = problem.detail }
    }
}
