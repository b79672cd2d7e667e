package own;

import com.google.gson.Gson;
import com.pulumi.Pulumi;
import com.pulumi.haapiloadbalancer.HaApiLoadBalancer;
import com.pulumi.haapiloadbalancer.HaApiLoadBalancerArgs;
import com.pulumi.haapiloadbalancer.inputs.HostArgsArgs;
import com.pulumi.haapiloadbalancer.inputs.SshArgsArgs;

/** Two machines that exist already become the highly available address of a Kubernetes API. */
public class Main {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var kubeApi = new HaApiLoadBalancer("kube-api", HaApiLoadBalancerArgs.builder()
                .vip("10.30.100.100/24")
                .apiServers("10.30.100.51", "10.30.100.52", "10.30.100.53")
                .hosts(
                    HostArgsArgs.builder().name("vrrp1").address("10.30.100.101").build(),
                    HostArgsArgs.builder().name("vrrp2").address("10.30.100.102").build())
                .ssh(SshArgsArgs.builder()
                    .user("root")
                    .privateKey(ctx.config().requireSecret("sshPrivateKey"))
                    .build())
                .build());
            // The first four are for npm run status, drift and drill.
            ctx.export("vip", kubeApi.vip());
            ctx.export("hosts", kubeApi.hosts().applyValue(Main::plain));
            ctx.export("files", kubeApi.files());
            ctx.export("inspection", kubeApi.inspection().applyValue(Main::plain));
            ctx.export("kubeconfigServerUrl", kubeApi.kubeconfigServerUrl());
        });
    }

    /** Lists and maps: Java's SDK exports no object of a package's own classes. */
    private static Object plain(Object value) {
        var gson = new Gson();
        return gson.fromJson(gson.toJson(value), Object.class);
    }
}
