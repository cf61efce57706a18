import ControlAPI
import NIOHTTP1

extension Route {
    static let page: [Route] = [
        Route(.GET, "/") { _, _, call throws(Problem) in try Page.shared.reply("index.html", to: call) },
        Route(.GET, "/page/{name}") { _, parameters, call throws(Problem) in
            try Page.shared.reply(parameters["name"], to: call)
        },
        Route(.GET, "/v1/page") { _, _, call throws(Problem) in
            guard call.session.mayChange else {
                throw Problem(
                    .readOnly, "the page's addresses hold the token that may change",
                    hint: "run neurallens page on the machine itself")
            }
            let links: PageLinks
            switch call.pageLinks {
            case .success(let served): links = served
            case .failure(let error):
                throw Problem(.pageOff, error.message, hint: "\(error.hint), and start the daemon again")
            case nil:
                throw Problem(
                    .pageOff, "the page is not served over TCP",
                    hint: "start the daemon with --http 127.0.0.1:8700, or set http in its configuration")
            }
            var reply = try Reply.json(links)
            reply.headers.append(("Cache-Control", "no-store"))
            return reply
        },
    ]
}
