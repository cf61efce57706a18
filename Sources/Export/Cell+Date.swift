import Foundation
import Tabular

extension Cell {
    init(_ date: Date?) { self.init(date.flatMap(UTC.iso8601)) }
}
