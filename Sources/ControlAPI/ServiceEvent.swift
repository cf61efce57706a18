/// Something that happened, as `GET /v1/events` tells it.
package struct ServiceEvent: Sendable, Equatable {
    package enum Name: String, Sendable, CaseIterable {
        case hello, reset, live, status, job, capture, counts, review, reanalysis, plan, slide, log, teaching, lens
    }

    /// From 1 within one run of the daemon; nil for what is no part of the history (`hello`, `reset`, `live`).
    package var number: Int?
    package var name: Name
    /// One line.
    package var json: [UInt8]

    package init(number: Int? = nil, name: Name, json: [UInt8]) {
        self.number = number
        self.name = name
        self.json = json
    }
}
