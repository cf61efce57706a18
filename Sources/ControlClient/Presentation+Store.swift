package import ControlAPI

extension Presentation {
    /// What a look at everything in a database found.
    package static func storeCheck(_ job: StoreCheckJob) -> String {
        var facts = Facts()
        for repair in job.repairs { facts.append("repaired:", repair) }
        for fault in job.faults { facts.append("wrong:", fault) }
        for remark in job.remarks { facts.append("", remark) }
        return "\(plural(job.slides, "slide")), \(plural(job.captures, "capture")), \(plural(job.pictures, "picture")) "
            + "compared with their hashes, \(size(job.pictureBytes))\n" + facts.rendered()
            + (job.faults.isEmpty ? "All is well\n" : "")
    }
}
