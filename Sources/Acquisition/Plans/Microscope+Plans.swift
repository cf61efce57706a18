package import ControlAPI
internal import SlideStore

/// Capture plans, as clients see them.
extension Microscope {
    package func plans() async throws(Problem) -> [CapturePlan] {
        try await asProblems { () throws(StoreError) in try await plans.plans() }
    }

    package func plan(_ id: Int64) async throws(Problem) -> CapturePlan {
        try await asProblems { () throws(StoreError) in try await plans.plan(id) }
    }

    package func createPlan(_ request: CapturePlanRequest, by peer: Peer) async throws(Problem) -> CapturePlan {
        guard !isStopping else {
            throw Problem(.shuttingDown, "no plan was made", hint: "try again when the daemon runs again")
        }
        return try await plans.create(request, by: peer)
    }

    package func change(plan id: Int64, _ action: PlanAction, by peer: Peer) async throws(Problem) -> CapturePlan {
        try await plans.change(id, action, by: peer)
    }

    /// Why a plan has what it was made for; nil while it has not.
    func fulfilment(of plan: Plan) async throws -> String? {
        if let wanted = plan.wish.captures, plan.taken >= wanted { return "\(plan.taken) captures are taken" }
        // A grain that is not known to be a double yet does not end a plan.
        if plan.wish.grains != nil || plan.wish.precision != nil {
            let tallies = try await store.tallies(ofSlide: plan.slide.id)
            guard tallies.allSatisfy({ $0.isJudged || $0.nmPerPixel == nil }) else { return nil }
        }
        if let wanted = plan.wish.grains {
            let (species, _) = book.wire(try await store.summary(ofSlide: plan.slide.id).counts)
            let grains = species.reduce(0) { $0 + $1.grains }
            if grains >= wanted { return "the slide has \(grains) grains" }
        }
        if let wanted = plan.wish.precision {
            let counts = try await book.counts(ofSlide: plan.slide.name, untilPrecision: nil)
            let precisions = counts.species.filter { $0.grains > 0 }.map { species -> Double in
                guard let density = species.densityPerCm2, let low = species.densityLowPerCm2,
                    let high = species.densityHighPerCm2, density > 0
                else { return .infinity }
                return (high - low) / 2 / density
            }
            if let worst = precisions.max(), counts.fields > 1, worst <= wanted {
                return "every species seen is known to \((worst * 1000).rounded() / 10) %"
            }
        }
        return nil
    }
}
