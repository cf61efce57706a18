import ControlServer
import Glibc
import Testing

@Suite struct QuotaTests {
    private let anna = ClientOwner.user(60_001)
    private let ben = ClientOwner.user(60_002)
    private let cleo = ClientOwner.user(60_003)
    private let root = ClientOwner.user(0)

    /// As many as are given, one by one.
    private func taken(_ quota: inout Quota, by owner: ClientOwner) -> (count: Int, refusal: Quota.Refusal) {
        var count = 0
        while true {
            do throws(Quota.Refusal) {
                try quota.take(1, for: owner)
                count += 1
            } catch {
                return (count, error)
            }
        }
    }

    @Test func oneUsersLoopShutsNobodyOut() {
        var quota = Quota(total: 64, reserved: 4)
        let annas = taken(&quota, by: anna)
        #expect(annas.count == 32 && annas.refusal == .own(limit: 32))
        let bens = taken(&quota, by: ben)
        #expect(bens.count == 28 && bens.refusal == .all(limit: 60))
        let roots = taken(&quota, by: root)
        #expect(roots.count == 4 && roots.refusal == .all(limit: 64))
    }

    @Test func rootsLoopShutsNobodyOutEither() {
        var quota = Quota(total: 64, reserved: 4)
        let roots = taken(&quota, by: root)
        #expect(roots.count == 32 && roots.refusal == .own(limit: 32))
        let annas = taken(&quota, by: anna)
        #expect(annas.count == 28 && annas.refusal == .all(limit: 60))
    }

    @Test func whatIsGivenBackIsThereAgain() throws {
        var quota = Quota(total: 10)
        try quota.take(5, for: anna)
        try quota.take(5, for: ben)
        #expect(throws: Quota.Refusal.all(limit: 10)) { try quota.take(1, for: cleo) }
        quota.giveBack(3, of: anna)
        try quota.take(3, for: cleo)
        #expect(throws: Quota.Refusal.own(limit: 5)) { try quota.take(4, for: anna) }
    }

    @Test func theServicesOwnUserIsAKeeperAndAnAddressIsNot() {
        #expect(root.isKeeper && ClientOwner.user(geteuid()).isKeeper)
        #expect(!anna.isKeeper && !ClientOwner.address("127.0.0.1").isKeeper)
    }
}
