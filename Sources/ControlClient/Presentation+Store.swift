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

    /// What a copy holds, and what it does not.
    /// - Parameters:
    ///   - bytes: of it with its pictures.
    ///   - fetched: bytes that went over the socket.
    ///   - job: the look at the copy.
    package static func backup(_ file: String, bytes: Int64, fetched: Int64, _ job: StoreCheckJob) -> String {
        var facts = Facts()
        for remark in job.remarks { facts.append("", remark) }
        return "\(visible(file)) written, \(size(bytes)) with pictures, of which \(size(fetched)) were fetched: "
            + "\(plural(job.captures, "capture")), \(plural(job.pictures, "picture")), all as they were stored\n"
            + facts.rendered()
    }
}
